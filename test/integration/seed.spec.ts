import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { detectPooler } from '../../src/main/backing-services.js';
import { DEMO_MERCHANTS } from '../../src/main/demo/demo-merchants.js';
import { seedWhereEmpty } from '../../src/main/demo/seed-demo.js';
import { configFrom } from '../../src/main/settings.js';
import type { Config } from '../../src/platform/config/config.public.js';
import { Bahi } from '../support/bahi.js';
import { startPgBouncer } from '../support/pgbouncer.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';

let database: TestDatabase;
let bahi: Bahi;

beforeEach(async () => {
  database = await createDatabase();
  bahi = await Bahi.open({ server: { createDatabase: async () => database } });
});

afterEach(() => bahi.close());

const configOf = (appUrl: string, adminUrl: string): Config =>
  configFrom({
    ...{ DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: database.ownerUrl, ADMIN_DATABASE_URL: adminUrl },
    LOG_LEVEL: 'fatal',
  });

const seed = (config: Config): Promise<boolean> => seedWhereEmpty(config, () => undefined);

it('makes the demo once where two processes begin at once', async () => {
  const config = configOf(database.appUrl, database.adminUrl);
  expect((await Promise.all([seed(config), seed(config)])).sort()).toEqual([false, true]);
  expect(await bahi.count('merchants')).toBe(DEMO_MERCHANTS.length);
});

it('makes the demo behind a pooler that has one connection to the server', async () => {
  const pooler = await startPgBouncer(database, 1);
  const config = await detectPooler(configOf(pooler.appUrl, pooler.adminUrl));
  expect(await seed(config)).toBe(true);
  expect(await bahi.count('merchants')).toBe(DEMO_MERCHANTS.length);
  await pooler.stop();
});
