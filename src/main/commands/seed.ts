import { ProcessSettings, StartupError } from '../../platform/config/config.public.js';
import { DatabaseSettings, dropEverything, migrate } from '../../platform/database/database.public.js';
import { seedWhereEmpty } from '../demo/seed-demo.js';
import { assertNoService } from '../database-at-start.js';
import type { Command } from './command.js';

/** Refused in production, and with `--reset` while a service is running, whose memory would not match the new data. */
export const seed: Command<'seed'> = async (config, { reset }, print) => {
  if (config.get(ProcessSettings).production)
    throw new StartupError('seed is refused when NODE_ENV=production, because it creates well-known keys.');
  if (reset) {
    await assertNoService(config);
    await dropEverything(config.get(DatabaseSettings).migrationUrl!);
    print('Dropped all data.');
  }
  await migrate(config.get(DatabaseSettings).migrationUrl!);
  if (!(await seedWhereEmpty(config, print)))
    print('There are already merchants, so nothing was changed. seed --reset drops all data first.');
  return 0;
};
