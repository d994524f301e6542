import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMigratedDatabase, isOnCitus, type TestDatabase } from '../support/postgres-server.js';
import { redisEnvironment } from '../support/redis-server.js';
import { type Ended, type EntryPoint, runMain } from '../support/service-process.js';

let database: TestDatabase;
let settings: Record<string, string>;

beforeAll(async () => {
  database = await createMigratedDatabase();
  settings = {
    DATABASE_URL: database.appUrl,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    LOG_LEVEL: 'fatal',
    PORT: '0',
  };
  // With the demo's merchants and keys.
  expect(await runMain('cli', ['seed'], { ...settings, ADMIN_DATABASE_URL: database.adminUrl })).toMatchObject({
    code: 0,
  });
});

afterAll(() => database.drop());

function expectOneLine({ code, stderr }: Ended, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(1);
}

describe('a start in production', () => {
  it.each<EntryPoint>(['api', 'worker'])('is refused on a database with the demo’s keys: %s', async (entryPoint) => {
    // Queues cannot be distributed, so on Citus they are in Redis.
    const queues = isOnCitus() ? redisEnvironment() : {};
    const production = { ...settings, ...queues, NODE_ENV: 'production', GATEWAYS: 'bank-simulator' };
    expectOneLine(await runMain(entryPoint, [], production), /^This database has the published keys of the demo/m);
  });
});

describe('a start', () => {
  it('says that HOST is wrong where it cannot be resolved, and what is no setting', async () => {
    const env = { ...settings, HOST: 'nowhere.invalid', PAYOUT_BANK_FAILURE_RATES: '0' };
    const ended = await runMain('api', [], env);
    expectOneLine(ended, /^HOST=nowhere\.invalid is not an address of this machine\. Set HOST to /);
    expect(ended.stdout).toContain('PAYOUT_BANK_FAILURE_RATES is not a setting of Bahi: did you mean');
  });
});
