import { loadDotenv } from './dotenv.js';
import { borrowBackingServices, detectPooler } from './backing-services.js';
import type { Command, CommandName, CommandOptions } from './command-line.js';
import { acknowledge } from './acknowledge.js';
import { createOperator, fund, migrateDatabase, revokeOperator, seed, verify } from './commands.js';
import { ignoreClosedOutput } from './run.js';
import { configFrom } from './settings.js';
import { simulateCallback } from './simulate-callback.js';

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  migrate: migrateDatabase,
  'create-operator': createOperator,
  'revoke-operator': revokeOperator,
  fund,
  verify,
  acknowledge,
  'simulate-callback': simulateCallback,
  seed,
};

/** Runs the command on the database that the environment names, or on the embedded one. @returns the exit code */
export async function runCommand(name: CommandName, options: CommandOptions): Promise<number> {
  ignoreClosedOutput();
  loadDotenv(process.env);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const given = configFrom(process.env);
  given.warnings.forEach(note);
  const config = await detectPooler(given);
  const services = await borrowBackingServices(config, name === 'seed' && options.reset === true, note);
  try {
    return await COMMANDS[name](services.config, options, print);
  } finally {
    await services.stop();
  }
}
