import { parseCommandLine } from './commands/command-line.js';
import { UsageError } from './commands/typed-values.js';

/** Reports errors in the command line before anything else is loaded. @returns the exit code */
async function main(): Promise<number> {
  let asked;
  try {
    asked = parseCommandLine(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return (process.stderr.write(`${error.message}\n`), 1);
  }
  if ('help' in asked) return (process.stdout.write(`${asked.help}\n`), 0);
  const { runCommand } = await import('./commands/run-command.js');
  return runCommand(asked);
}

main().then(
  (code) => process.exit(code),
  async (error: unknown) => (await import('./run.js')).fail(error),
);
