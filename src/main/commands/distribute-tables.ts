import { assertFits, Database, DatabaseSettings, distribute } from '../../platform/database/database.public.js';
import type { Command } from './command.js';
import { assertNoService } from '../database-at-start.js';

/** Distributes the books over the nodes of a coordinator, as the owner of the tables. */
export const distributeTables: Command<'distribute'> = async (config, _given, print) => {
  const { url, migrationUrl, pooled, shards } = config.get(DatabaseSettings);
  await assertNoService(config);
  const database = new Database(url!, 1, pooled);
  await assertFits(database).finally(() => database.close());
  await distribute(migrationUrl!, shards, print);
  print('The books are distributed.');
  return 0;
};
