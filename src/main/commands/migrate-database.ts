import { DatabaseSettings, migrate } from '../../platform/database/database.public.js';
import type { Command } from './command.js';

export const migrateDatabase: Command<'migrate'> = async (config, _given, print) => {
  await migrate(config.get(DatabaseSettings).migrationUrl!, print);
  print('The database is up to date.');
  return 0;
};
