import type { INestApplicationContext } from '@nestjs/common';
import { type Config, StartupError } from '../../platform/config/config.public.js';
import { assertFits, Database, DatabaseSettings } from '../../platform/database/database.public.js';
import { Merchants } from '../../modules/merchants/merchants.public.js';
import type { Arguments, CommandName } from './command-arguments.js';
import { withCommandContext } from './command-context.js';

/** Runs a command with checked arguments on a server that is available. @returns the exit code of the process */
export type Command<Name extends CommandName> = (
  config: Config,
  given: Arguments[Name],
  print: (line: string) => void,
) => Promise<number>;

/** Runs a command on a database that is up to date. @throws StartupError */
export async function withMigrated(
  config: Config,
  work: (context: INestApplicationContext) => Promise<number>,
): Promise<number> {
  const { url, pooled } = config.get(DatabaseSettings);
  const database = new Database(url!, 1, pooled);
  await assertFits(database).finally(() => database.close());
  return withCommandContext(config, work);
}

/** @throws StartupError when there is no such merchant */
export async function merchantThere(context: INestApplicationContext, id: string): Promise<string> {
  if ((await context.get(Merchants).find(id)) === null) throw new StartupError(`There is no merchant ${id}.`);
  return id;
}
