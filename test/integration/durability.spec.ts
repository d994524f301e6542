import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { durabilityWarning } from '../../src/platform/database/durability.js';
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

/** For connections that are made from now on. */
async function defaultIs(value: string): Promise<void> {
  const alter = `EXECUTE format('ALTER DATABASE %I SET synchronous_commit = ${value}', current_database())`;
  await books.superuser.query(`DO $$ BEGIN ${alter}; END $$`);
}

/** How a batch of the write path was committed. */
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
