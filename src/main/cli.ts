import { COMMAND_NAMES, type CommandName, parseCommandLine } from './command-line.js';

const USAGE = `Usage: npm run bahi -- COMMAND

  migrate                                     bring the database up to date; safe when several run at once
  create-operator --name NAME                 print a new operator key, once
  revoke-operator --key-id ID                 end an operator key, within five seconds everywhere
  fund (--merchant ID | --all) --amount-paise N --reason TEXT [--key KEY]
                                              put money into books; the same key funds each book once
  verify [--merchant ID [--expect-head HEAD]] recompute the books; exit code 1 when anything is wrong
  acknowledge FINDING --reason TEXT [--merchant ID]
                                              note that a person has judged a finding of verify, by the digest it prints
  simulate-callback (--payout | --payment | --refund) ID --event EVENT [--url URL]
                                              post a callback of the simulated bank or payment provider to the service,
                                              signed; EVENT is pending, succeeded, rejected or (of payouts) returned
  seed [--reset]                              make the demo data; --reset drops everything first`;

const isCommand = (name: string): name is CommandName => (COMMAND_NAMES as readonly string[]).includes(name);

/** What is wrong with the command line is said before anything else is loaded. @returns the exit code */
async function main(): Promise<number> {
  const refuse = (why: string): number => (process.stderr.write(`${why}\n`), 1);
  let parsed;
  try {
    parsed = parseCommandLine(process.argv.slice(2));
  } catch (error) {
    return refuse(`${(error as Error).message}\n\n${USAGE}`);
  }
  const { positionals, values } = parsed;
  const [name = '', ...rest] = positionals;
  if (values.help || name === 'help') return (process.stdout.write(`${USAGE}\n`), 0);
  if (name === '') return refuse(USAGE);
  // The only command with an argument that is no option.
  if (name === 'acknowledge' && rest.length === 1) values.finding ??= rest.pop();
  if (!isCommand(name) || rest.length > 0)
    return refuse(`There is no command like "${positionals.join(' ')}".\n\n${USAGE}`);
  const { runCommand } = await import('./run-command.js');
  return runCommand(name, values);
}

main().then(
  (code) => process.exit(code),
  async (error: unknown) => (await import('./run.js')).fail(error),
);
