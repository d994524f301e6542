import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/all.js';
import { StartupError } from '../../src/platform/config/startup-error.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { dropEverything, migrate } from '../../src/platform/database/schema/migrate.js';
import { publicSchemaWarning } from '../../src/platform/database/schema/public-schema.js';
import { assertFits, isMigrated } from '../../src/platform/database/schema/schema-fit.js';
import { migrateTo } from '../support/old-versions.js';
import { createDatabase, createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

let place: TestDatabase;
let owner: Database;
let service: Database;

async function use(made: Promise<TestDatabase>): Promise<void> {
  place = await made;
  owner = new Database(place.ownerUrl, 1);
  service = new Database(place.appUrl, 1);
}

afterEach(async () => {
  await owner.close();
  await service.close();
  await place.drop();
});

const appliedNames = async (): Promise<string[]> =>
  (await owner.query<{ name: string }>('SELECT name FROM migrations ORDER BY id')).map(({ name }) => name);

const NAMES: string[] = MIGRATIONS.map(({ name }) => name);

describe('the migrations', () => {
  beforeEach(() => use(createDatabase()));

  it('are all in the list, in the order of their numbers', () => {
    const files = readdirSync('migrations').filter((file) => /^\d{4}-.*\.ts$/.test(file));
    const numbers = NAMES.map((name) => name.slice(-4));
    expect(numbers).toEqual(files.map((file) => file.slice(0, 4)).sort());
  });

  it('build an empty database, and print what they did', async () => {
    const lines: string[] = [];
    expect(await isMigrated(service)).toBe(false);

    await migrate(place.ownerUrl, (line) => lines.push(line));

    expect(lines).toEqual([...NAMES.map((name) => `Applied ${name}`), `Applied the queue's schema`]);
    expect(await appliedNames()).toEqual(NAMES);
    expect(await isMigrated(service)).toBe(true);
  });

  it('do nothing the second time', async () => {
    await migrate(place.ownerUrl);
    const lines: string[] = [];
    await migrate(place.ownerUrl, (line) => lines.push(line));
    expect(lines).toEqual([]);
  });

  it.each([
    ['to which nothing was applied before', [], 0],
    // Its operator's key may be its only row: processes of the previous version may have started, and still serve.
    ['of the version before, though it has no merchant yet', ['2300'], 7],
  ] as const)(
    'ask timelines and holds of a database %s for hashes and digests when no version without them serves',
    async (_, earlier, days) => {
      for (const number of earlier) await migrateTo(number, place.ownerUrl);
      await migrate(place.ownerUrl);
      const [chain] = await owner.query<{ days: number; hold_days: number }>(
        `SELECT round(extract(epoch FROM unhashed_until - now()) / 86400)::int AS days,
           round(extract(epoch FROM undigested_until - now()) / 86400)::int AS hold_days
         FROM timeline_chain, hold_digests`,
      );
      expect(chain).toEqual({ days, hold_days: days });
    },
  );

  it('mend what an interrupted run left out behind the queue’s schema', async () => {
    await migrate(place.ownerUrl);
    const sequence = `'queue.' || queue.job_id_seq_name('payouts')`;
    await owner.query(`DO $$ BEGIN EXECUTE 'DROP SEQUENCE ' || ${sequence}; END $$`);
    await owner.query('REVOKE ALL ON SCHEMA queue FROM bahi_app');

    await migrate(place.ownerUrl);

    expect(await service.query(`SELECT has_sequence_privilege(${sequence}, 'USAGE') AS usable`)).toEqual([
      { usable: true },
    ]);
  });

  it('run once when twenty processes start at the same time', async () => {
    const lines: string[] = [];
    await Promise.all(Array.from({ length: 20 }, () => migrate(place.ownerUrl, (line) => lines.push(line))));
    expect(lines.filter((line) => line.startsWith('Applied'))).toHaveLength(NAMES.length + 1);
    expect(await appliedNames()).toEqual(NAMES);
  });

  it('commit one by one: what came before a failure stays, and the rest follows when its cause is gone', async () => {
    await owner.query('CREATE TABLE ledger_entries (in_the_way int)');

    const lines: string[] = [];
    await expect(migrate(place.ownerUrl, (line) => lines.push(line))).rejects.toThrow('ledger_entries');
    expect(lines).toEqual([
      `Applied ${NAMES[0]}`,
      `Applied ${NAMES[1]}`,
      expect.stringMatching(`"${NAMES[2]}" failed`),
    ]);
    expect(await appliedNames()).toEqual(NAMES.slice(0, 2));
    expect(await isMigrated(owner)).toBe(false);

    await owner.query('DROP TABLE ledger_entries');
    await migrate(place.ownerUrl);
    expect(await isMigrated(service)).toBe(true);
  });

  it('are not taken for done while one is missing, or while the queue has none', async () => {
    await migrate(place.ownerUrl);
    await owner.query('DELETE FROM migrations WHERE name = $1', [NAMES.at(-1)]);
    expect(await isMigrated(service)).toBe(false);

    await migrate(place.ownerUrl).catch(() => undefined);
    await owner.query('INSERT INTO migrations (timestamp, name) VALUES (0, $1)', [NAMES.at(-1)]);
    expect(await isMigrated(service)).toBe(true);
    await owner.query('DROP SCHEMA queue CASCADE');
    expect(await isMigrated(service)).toBe(false);
  });

  it('are gone with everything else when everything is dropped, and can be applied again', async () => {
    await migrate(place.ownerUrl);
    await owner.query(`INSERT INTO books (merchant_id) VALUES (gen_random_uuid())`);

    await dropEverything(place.ownerUrl);
    const left = await owner.query(
      `SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname IN ('public', 'queue', 'bank_simulator')`,
    );
    expect(left).toEqual([]);

    await migrate(place.ownerUrl);
    expect(await service.query('SELECT FROM books')).toEqual([]);
    expect(await isMigrated(service)).toBe(true);
  });
});

describe('a database that a newer version has migrated', () => {
  const NEWER = `INSERT INTO migrations (timestamp, name) VALUES (1700000009990, 'Newer1700000009990')`;

  beforeEach(async () => {
    await use(createMigratedDatabase());
    await owner.query(NEWER);
  });

  it('is served by this one while it says so', async () => {
    await assertFits(service);
    await migrate(place.ownerUrl);
  });

  it('is refused with one line, and not migrated, when it serves newer ones only', async () => {
    await owner.query('UPDATE schema_compatibility SET serves_from = 9990');
    const newer = /^The database belongs to a newer version of Bahi: its last migration is Newer1700000009990, .*\.$/;
    await expect(assertFits(service)).rejects.toThrow(newer);
    await expect(migrate(place.ownerUrl)).rejects.toThrow(newer);
  });

  it.each(['DELETE FROM schema_compatibility', 'DROP TABLE schema_compatibility'])(
    'is refused with one line when it does not say whom it serves: %s',
    async (statement) => {
      await owner.query(statement);
      const newer = /^The database belongs to a newer version of Bahi: .* does not say whether it serves this one\. /;
      await expect(assertFits(service)).rejects.toThrow(newer);
      await expect(migrate(place.ownerUrl)).rejects.toThrow(newer);
    },
  );
});

describe('migrations beside a service', () => {
  const HOLDS_LEDGER = 'BEGIN; SELECT FROM ledger_transactions';
  const sessions: SqlSession[] = [];
  let other: SqlSession;

  afterEach(() => Promise.all(sessions.splice(0).map((session) => session.close())));

  async function at(last: string): Promise<void> {
    await use(createDatabase());
    await migrateTo(last, place.ownerUrl);
    other = await SqlSession.at(place.ownerUrl);
    sessions.push(other);
  }

  it('let readers and writers in between two tries to get a lock, and end when they have it', async () => {
    await at('2200');
    const lines: string[] = [];
    await other.query(HOLDS_LEDGER);
    const migrated = migrate(place.ownerUrl, (line) => lines.push(line));
    await until('it has given up for now', () => lines.some((line) => line.includes('2300 is waiting for a lock')));

    // If the migration kept waiting, this statement would wait behind it.
    await owner.query(`SET statement_timeout = '5s'`);
    await owner.query('SELECT FROM ledger_transactions');
    await other.rollback();
    await migrated;
    expect(await isMigrated(service)).toBe(true);
  });

  it('give up with one line when a transaction stays open for long', async () => {
    await at('2200');
    await other.query(HOLDS_LEDGER);
    await expect(migrate(place.ownerUrl, undefined, { longestWaitMs: 0, silenceMs: 10_000 })).rejects.toThrow(
      /^WhatWasRequested1700000002300 did not get its locks: .*, and migrate again\.$/,
    );
  });

  it('make an index while others write, and wait for none of them for a lock', async () => {
    await at('2340');
    await other.query('BEGIN; LOCK payouts IN ROW EXCLUSIVE MODE');
    const lines: string[] = [];
    const migrated = migrate(place.ownerUrl, (line) => lines.push(line));
    const building = `SELECT FROM pg_stat_activity WHERE query LIKE '%INDEX CONCURRENTLY payouts_watched_rejected%'
      AND wait_event_type = 'Lock' AND now() - query_start > '1.2s' AND datname = current_database() AND pid <> pg_backend_pid()`;
    await until(
      'it has waited for the writer longer than for a lock',
      async () => (await owner.query(building)).length > 0,
    );

    await owner.query(`DO $$ BEGIN SET LOCAL lock_timeout = '100ms'; LOCK payouts IN ROW EXCLUSIVE MODE; END $$`);
    await other.rollback();
    await migrated;
    expect(lines.filter((line) => !line.startsWith('Applied'))).toEqual([]);
  });

  it('say what an index waits for, and give up when that does not end', async () => {
    await at('2340');
    const [{ pid }] = (await other.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    await other.query('BEGIN; LOCK payouts IN ROW EXCLUSIVE MODE');
    const lines: string[] = [];
    const times = { longestWaitMs: 1_500, silenceMs: 300 };
    await expect(migrate(place.ownerUrl, (line) => lines.push(line), times)).rejects.toThrow(
      /^WellFormed1700000002370 did not get its locks: /,
    );
    const wait = `INDEX CONCURRENTLY payouts_watched_rejected .* is waiting for other transactions to end \\(process ${pid}\\)`;
    expect(lines.filter((line) => !line.startsWith('Applied'))).toEqual([expect.stringMatching(wait)]);

    await other.rollback();
    await migrate(place.ownerUrl);
    expect(await isMigrated(service)).toBe(true);
  });

  it('keep an index that the server has gone on to build for a migrator that was killed', async () => {
    await at('2340');
    const [killed, writer] = [await SqlSession.at(place.ownerUrl), await SqlSession.at(place.ownerUrl)];
    sessions.push(killed, writer);
    await writer.query('BEGIN; LOCK payouts IN ROW EXCLUSIVE MODE');
    const built = killed.query('CREATE INDEX CONCURRENTLY payouts_watched_rejected ON payouts (id)');
    const index = `SELECT indexrelid::int AS oid, indisvalid AS valid FROM pg_index
      WHERE indexrelid = to_regclass('payouts_watched_rejected')`;
    await until('it has begun', async () => (await owner.query(index)).length > 0);
    const [begun] = await owner.query(index);

    const lines: string[] = [];
    const migrated = migrate(place.ownerUrl, (line) => lines.push(line));
    const waiting = `SELECT FROM pg_stat_activity WHERE application_name = 'bahi-migrate'
      AND query LIKE '%pg_stat_progress_create_index%' AND datname = current_database()`;
    await until('the next migrator waits for it', async () => (await owner.query(waiting)).length > 0);
    await writer.rollback();
    await Promise.all([built, migrated]);
    expect(await owner.query(index)).toEqual([{ ...(begun as object), valid: true }]);
    expect(lines.filter((line) => !line.startsWith('Applied'))).toEqual([]);
  });

  it('outlast the time-outs that the database sets for idle sessions and long transactions', async () => {
    await at('2340');
    const superuser = await SqlSession.at(place.superuserUrl);
    await superuser.query(`DO $$ DECLARE setting text; BEGIN
      FOR setting IN SELECT name FROM pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout') LOOP
        EXECUTE format('ALTER DATABASE %I SET %s = ''3s''', current_database(), setting);
      END LOOP;
    END $$`);
    await superuser.close();
    await other.query('BEGIN; LOCK payouts IN ROW EXCLUSIVE MODE');
    const migrated = migrate(place.ownerUrl);
    const building = `SELECT FROM pg_stat_activity WHERE query LIKE '%INDEX CONCURRENTLY payouts_watched_rejected%'
      AND wait_event_type = 'Lock' AND now() - query_start > '4s' AND datname = current_database() AND pid <> pg_backend_pid()`;
    await until('it has waited for longer', async () => (await owner.query(building)).length > 0);
    await other.rollback();
    await migrated;
    expect(await isMigrated(service)).toBe(true);
  });

  it('end with one line when the connection is lost that keeps other migrators away', async () => {
    await at('2340');
    await other.query('BEGIN; LOCK payouts IN ROW EXCLUSIVE MODE');
    const migrated = expect(migrate(place.ownerUrl)).rejects.toThrow(
      /^The connection that holds the lock .* was lost \(terminating connection .*\)\. Run the command again\.$/,
    );
    await until('the index is being made', async () => {
      const building = `SELECT FROM pg_stat_activity WHERE query LIKE '%INDEX CONCURRENTLY payouts_watched_rejected%'
        AND wait_event_type = 'Lock' AND datname = current_database() AND pid <> pg_backend_pid()`;
      return (await owner.query(building)).length > 0;
    });
    const end = `SELECT pg_terminate_backend(pid) FROM pg_locks
      WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await other.query(end);
    await migrated;

    await other.rollback();
    const migrating = `SELECT FROM pg_stat_activity WHERE application_name = 'bahi-migrate' AND datname = current_database()`;
    await until('what was begun has ended', async () => (await owner.query(migrating)).length === 0);
  });

  it('make an index anew that an interrupted try has left behind', async () => {
    await at('2340');
    await other.query(`CREATE INDEX payouts_watched_rejected ON payouts (id)`);
    const superuser = await SqlSession.at(place.superuserUrl);
    await superuser.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'payouts_watched_rejected'::regclass`,
    );
    await superuser.close();

    await migrate(place.ownerUrl);
    const [index] = await other.query(
      `SELECT indisvalid AS valid, pg_get_indexdef(indexrelid) AS text FROM pg_index
       WHERE indexrelid = 'payouts_watched_rejected'::regclass`,
    );
    expect(index).toEqual({ valid: true, text: expect.stringContaining('(gateway, watch_next_at)') });
  });

  it('go on where the last one was interrupted between two of its steps', async () => {
    await use(createMigratedDatabase());
    const steps = MIGRATIONS.filter((migration) => 'transaction' in new migration()).map(({ name }) => name);
    await owner.query('DELETE FROM migrations WHERE name = ANY($1)', [steps]);
    await migrate(place.ownerUrl);
    expect(await isMigrated(service)).toBe(true);
  });

  it('say in one line that a role may not migrate', async () => {
    await use(createMigratedDatabase());
    const lines: string[] = [];
    const refused = migrate(place.appUrl, (line) => lines.push(line));
    await expect(refused).rejects.toThrow(/^PostgreSQL refuses \w.*: .*permission denied.* MIGRATION_DATABASE_URL/);
    await expect(refused).rejects.toBeInstanceOf(StartupError);
    expect(lines).toEqual([]);
  });
});

describe('the migration that says what deliveries are about', () => {
  beforeEach(() => use(createDatabase()));

  it('says it step by step, so that sending waits for none but the few of one step', async () => {
    await migrateTo('2880', place.ownerUrl);
    await owner.query(`
      INSERT INTO outbox (merchant_id, id, type, payload, created_at, sequence, object_id, object)
      SELECT gen_random_uuid(), gen_random_uuid(), 'payout.completed', '{}', now(), n, gen_random_uuid(), '{}'
      FROM generate_series(1, 5002) AS n`);
    await owner.query(`
      INSERT INTO webhook_deliveries
        (merchant_id, id, endpoint_id, owner_id, event_id, event_type, sequence, body, status, created_at, ended_at)
      SELECT merchant_id, gen_random_uuid(), merchant_id, merchant_id, id, type, sequence, '{}', 'delivered', now(), now()
      FROM outbox`);
    // An event that is no longer kept.
    await owner.query('UPDATE webhook_deliveries SET event_id = gen_random_uuid() WHERE sequence = 1');

    await migrateTo('2900', place.ownerUrl);

    const [found] = await owner.query<{ unnamed: number; wrong: number; steps: number }>(`
      SELECT count(*) FILTER (WHERE d.object_id IS NULL)::int AS unnamed,
        count(*) FILTER (WHERE d.object_id IS DISTINCT FROM o.object_id)::int AS wrong,
        count(DISTINCT d.xmin::text) FILTER (WHERE d.object_id IS NOT NULL)::int AS steps
      FROM webhook_deliveries d LEFT JOIN outbox o ON o.id = d.event_id`);
    expect(found).toEqual({ unnamed: 1, wrong: 0, steps: 2 });
  });
});

describe('the role of the service', () => {
  beforeEach(() => use(createMigratedDatabase()));

  it('creates nothing where the server lets everybody, as up to PostgreSQL 14, or the start warns', async () => {
    await owner.query('GRANT CREATE ON SCHEMA public TO PUBLIC');
    expect(await publicSchemaWarning(service)).toMatch(/^WARNING: .*REVOKE CREATE ON SCHEMA public FROM PUBLIC$/);
    await migrate(place.ownerUrl);
    await expect(service.query('CREATE TABLE public.mine ()')).rejects.toThrow(/permission denied/);
    expect(await publicSchemaWarning(service)).toBeNull();
  });

  it('owns nothing, and can create nothing that stays', async () => {
    const owned = await owner.query(
      `SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE rolname = 'bahi_app'
       UNION ALL SELECT proname FROM pg_proc JOIN pg_roles r ON r.oid = proowner WHERE rolname = 'bahi_app'
       UNION ALL SELECT nspname FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner WHERE rolname = 'bahi_app'`,
    );
    expect(owned).toEqual([]);
    for (const schema of ['public', 'queue', 'bank_simulator'])
      await expect(service.query(`CREATE TABLE ${schema}.mine ()`)).rejects.toThrow(/permission denied/);
  });

  it('can switch off, empty or hang a trigger on no table', async () => {
    const rights = await owner.query(
      `SELECT table_schema, table_name, privilege_type FROM information_schema.table_privileges
       WHERE grantee IN ('bahi_app', 'PUBLIC') AND table_schema IN ('public', 'queue', 'bank_simulator')
         AND privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')`,
    );
    expect(rights).toEqual([]);
  });

  it('appends to the ledger and to the timeline, and changes neither', async () => {
    const rights = await owner.query<{ table_name: string; privilege_type: string }>(
      `SELECT table_name, privilege_type FROM information_schema.table_privileges
       WHERE grantee = 'bahi_app' AND table_name IN ('ledger_transactions', 'ledger_entries', 'payout_events')
       UNION SELECT table_name, privilege_type FROM information_schema.column_privileges
       WHERE grantee = 'bahi_app' AND table_name IN ('ledger_transactions', 'ledger_entries', 'payout_events')`,
    );
    expect(new Set(rights.map(({ privilege_type }) => privilege_type))).toEqual(new Set(['INSERT', 'SELECT']));
    expect(new Set(rights.map(({ table_name }) => table_name)).size).toBe(3);
  });

  it('cannot record a migration', async () => {
    await expect(service.query(`INSERT INTO migrations (timestamp, name) VALUES (0, 'x')`)).rejects.toThrow(/denied/);
    await expect(service.query(`DELETE FROM queue.migration`)).rejects.toThrow(/denied/);
  });
});
