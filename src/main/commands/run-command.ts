import { borrowBackingServices, detectPooler } from '../backing-services.js';
import { loadDotenv } from '../dotenv.js';
import { ignoreClosedOutput } from '../run.js';
import { configFrom } from '../settings.js';
import { exitCodeOf, onStopSignal } from '../stop-signals.js';
import { acknowledge } from './acknowledge.js';
import type { Command } from './command.js';
import type { Asked, CommandName } from './command-line.js';
import { compare } from './compare.js';
import { distributeTables } from './distribute-tables.js';
import { forget } from './forget-server.js';
import { fund } from './fund.js';
import { listen } from './listen.js';
import { migrateDatabase } from './migrate-database.js';
import { createOperator, revokeOperator } from './operator-keys.js';
import { reencryptSecrets } from './reencrypt-secrets.js';
import { resumeSubmissions } from './resume-submissions.js';
import { seed } from './seed.js';
import { simulateCallback } from './simulate-callback.js';
import { verify } from './verify.js';

/** The commands that work on the database. */
const COMMANDS: { readonly [Name in Exclude<CommandName, 'listen'>]: Command<Name> } = {
  migrate: migrateDatabase,
  'create-operator': createOperator,
  'revoke-operator': revokeOperator,
  fund,
  verify,
  acknowledge,
  'simulate-callback': simulateCallback,
  'reencrypt-secrets': reencryptSecrets,
  compare,
  distribute: distributeTables,
  'forget-server': forget,
  'resume-submissions': resumeSubmissions,
  seed,
};

/** Runs the command on the database that the environment names, or on the embedded one. @returns the exit code */
export async function runCommand(asked: Asked): Promise<number> {
  ignoreClosedOutput();
  loadDotenv(process.env);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const given = configFrom(process.env);
  given.warnings.forEach(note);
  if (asked.name === 'listen') return listen(given, asked.given, print);
  const config = await detectPooler(given);
  const stop = firstSignal();
  try {
    const alone = asked.name === 'seed' && asked.given.reset;
    const services = await borrowBackingServices(config, { alone, stop }, note);
    try {
      // Nothing starts after an interruption.
      stop.throwIfAborted();
      const command = COMMANDS[asked.name] as Command<typeof asked.name>;
      return await Promise.race([command(services.config, asked.given, print), rejectionAt(stop)]);
    } finally {
      await services.stop();
    }
  } catch (error) {
    if (error instanceof BrokenOff) return error.exitCode;
    throw error;
  }
}

class BrokenOff extends Error {
  constructor(readonly exitCode: number) {
    super('broken off');
  }
}

/** Aborted by the first signal, so that a server that was started for the command is stopped with it. */
function firstSignal(): AbortSignal {
  const stop = new AbortController();
  onStopSignal((signal) => stop.abort(new BrokenOff(exitCodeOf(signal))));
  return stop.signal;
}

function rejectionAt(stop: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => stop.addEventListener('abort', () => reject(stop.reason as BrokenOff)));
}
