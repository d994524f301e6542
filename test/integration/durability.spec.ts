import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { DoubtfulCommit } from '../../src/platform/database/connections/commit-warnings.js';
import { durabilityWarning } from '../../src/platform/database/connections/durability.js';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import { ServiceProcess } from '../support/service-process.js';
import { startPgBouncer } from '../support/pgbouncer.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';
import { TestBooks } from '../support/write-path.js';
import type { WriteProcess } from '../support/write-process.js';

let database: TestDatabase;
let books: TestBooks;

beforeEach(async () => {
  database = await createMigratedDatabase();
  books = await TestBooks.open(database);
  await books.superuser.query('CREATE TABLE seen (setting text)');
  await books.superuser.query('GRANT INSERT ON seen TO bahi_app');
});

afterEach(() => books.close());

/** Applies to connections that are opened from now on. */
async function defaultIs(value: string): Promise<void> {
  const alter = `EXECUTE format('ALTER DATABASE %I SET synchronous_commit = ${value}', current_database())`;
  await books.superuser.query(`DO $$ BEGIN ${alter}; END $$`);
}

/** With which `synchronous_commit` a batch of the write path was committed. */
async function committedWith(process: WriteProcess): Promise<unknown> {
  const text = `INSERT INTO seen SELECT current_setting('synchronous_commit')`;
  await process.writeExtra(await books.aMerchant(), () => [{ text, values: [] }]);
  return (await books.superuser.query<{ setting: string }>('SELECT setting FROM seen'))[0]?.setting;
}

describe('a server that answers commits before they are on its disk', () => {
  beforeEach(() => defaultIs('off'));

  it('does not do so to the write path, nor to other statements of the service', async () => {
    expect(await committedWith(books.process())).toBe('on');
    const direct = new Database(database.appUrl, 1);
    expect(await direct.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await direct.close();
    const session = await SqlSession.at(database.appUrl);
    expect(await session.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'off' }]);
    await session.close();
  });

  it('does not do so to the write path behind a pooler', async () => {
    const pooler = await startPgBouncer(database);
    try {
      const pooled = new Database(pooler.appUrl, 1, true);
      const setting = await pooled.transaction((sql) => sql.query('SHOW synchronous_commit'));
      expect(setting).toEqual([{ synchronous_commit: 'on' }]);
      const lane = await pooled.connect({ pipeline: true });
      await lane.command('BEGIN');
      await lane.command(lane.transactionSettings!);
      expect(await lane.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
      await lane.close();
      await pooled.close();
    } finally {
      await pooler.stop();
    }
  });

  it('is warned of at the start of the API and of a worker, once', async () => {
    const environment = { DATABASE_URL: database.appUrl, PORT: '0', LOG_LEVEL: 'fatal' };
    for (const entryPoint of ['api', 'worker'] as const) {
      const service = await ServiceProcess.start(entryPoint, environment);
      const warnings = service.output.split('\n').filter((line) => line.includes('synchronous_commit'));
      expect(warnings).toEqual([
        expect.stringMatching(/^WARNING: PostgreSQL answers commits .* run: ALTER DATABASE bahi_test_\w+ SET syn/),
      ]);
      await service.stop();
    }
  });
});

describe('a server that waits for its standbys as somebody has chosen', () => {
  it.each(['remote_apply', 'local', 'on'])('is left to it: %s', async (value) => {
    await defaultIs(value);
    expect(await committedWith(books.process())).toBe(value);
    const direct = new Database(database.appUrl, 1);
    expect(await durabilityWarning(direct)).toBeNull();
    await direct.close();
  });
});

describe('a server that warns while it commits', () => {
  beforeEach(async () => {
    await books.superuser.query(`
      CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE WARNING 'the standby has not got it'; RETURN NULL; END $$`);
    await books.superuser.query(`
      CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON seen DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION warn()`);
  });

  const INSERT = { text: `INSERT INTO seen VALUES ('once')`, values: [] };

  it.each(['warning', 'error'])(
    'where the role hears of %s: all are asked to repeat, and nothing runs twice',
    async (level) => {
      const alter = `EXECUTE format('ALTER DATABASE %I SET client_min_messages = ${level}', current_database())`;
      await books.superuser.query(`DO $$ BEGIN ${alter}; END $$`);
      const [merchant, process] = [await books.aMerchant(1_000n), books.process()];
      const results = await Promise.allSettled<unknown>([
        process.writeExtra(merchant, () => [INSERT]),
        process.payOut(merchant, 100n, { key: 'doubtful' }),
      ]);
      expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: expect.any(Overloaded) })));
      expect(results).toMatchObject(results.map(() => ({ reason: { mayHaveCommitted: true } })));
      expect(await books.count('seen')).toBe(1);
      expect((await process.payOut(merchant, 100n, { key: 'doubtful' })).status).toBe(200);
      expect(await books.count('payouts')).toBe(1);
    },
  );

  it('is heard of by a transaction beside the write path too, behind a pooler', async () => {
    const alter = `EXECUTE format('ALTER DATABASE %I SET client_min_messages = error', current_database())`;
    await books.superuser.query(`DO $$ BEGIN ${alter}; END $$`);
    const pooler = await startPgBouncer(database);
    try {
      const pooled = new Database(pooler.appUrl, 1, true);
      const committing = pooled.transaction((sql) => sql.query(INSERT.text));
      await expect(committing).rejects.toThrow(DoubtfulCommit);
      await pooled.close();
    } finally {
      await pooler.stop();
    }
    expect(await books.count('seen')).toBe(1);
  });
});
