import { forgetServer } from '../../platform/database/database.public.js';
import { assertNoService } from '../database-at-start.js';
import type { Command } from './command.js';

export const forget: Command<'forget-server'> = async (config, _given, print) => {
  await assertNoService(config);
  await forgetServer(config);
  print('Forgotten. The next start accepts the server that DATABASE_URL leads to.');
  return 0;
};
