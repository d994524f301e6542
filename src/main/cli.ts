import { config as loadDotenv } from 'dotenv';
import { StartupError } from '../platform/config/config.public.js';
import { borrowBackingServices, detectPooler } from './backing-services.js';
import { type Command, parseCommandLine } from './command-line.js';
import { createOperator, fund, migrateDatabase, revokeOperator, seed, verify } from './commands.js';
import { simulateCallback } from './simulate-callback.js';
import { fail, ignoreClosedOutput } from './run.js';
import { configFrom } from './settings.js';

const USAGE = `Usage: npm run bahi -- COMMAND

  migrate                                     bring the database up to date; safe when several run at once
  create-operator --name NAME                 print a new operator key, once
  revoke-operator --key-id ID                 end an operator key, within five seconds everywhere
  fund (--merchant ID | --all) --amount-paise N --reason TEXT [--key KEY]
                                              put money into books; the same key funds each book once
  verify [--merchant ID [--expect-head HEAD]] recompute the books; exit code 1 when anything is wrong
  simulate-callback (--payout | --payment | --refund) ID --event EVENT [--url URL]
                                              post a callback of the simulated bank or payment provider to the service,
                                              signed; EVENT is pending, succeeded, rejected or (of payouts) returned
  seed [--reset]                              make the demo data; --reset drops everything first`;

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: migrateDatabase,
  'create-operator': createOperator,
  'revoke-operator': revokeOperator,
  fund,
  verify,
  'simulate-callback': simulateCallback,
  seed,
};

async function main(): Promise<number> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  let parsed;
  try {
    parsed = parseCommandLine(process.argv.slice(2));
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${USAGE}`);
  }
  const [name = '', ...rest] = parsed.positionals;
  const command = COMMANDS[name];
  if (parsed.values.help) return (print(USAGE), 0);
  if (command === undefined || rest.length > 0)
    throw new StartupError(
      name === '' ? USAGE : `There is no command like "${parsed.positionals.join(' ')}".\n\n${USAGE}`,
    );
  ignoreClosedOutput();
  loadDotenv({ quiet: true });
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const given = configFrom(process.env);
  given.warnings.forEach(note);
  const config = await detectPooler(given);
  const services = await borrowBackingServices(config, name === 'seed' && parsed.values.reset === true, note);
  try {
    return await command(services.config, parsed.values, print);
  } finally {
    await services.stop();
  }
}

main().then((code) => process.exit(code), fail);
