import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/all.js';
import { Database } from '../../src/platform/database/database.js';
import { dropEverything, isMigrated, migrate } from '../../src/platform/database/migrate.js';
import { migrateTo } from '../support/old-versions.js';
import { createDatabase } from '../support/postgres-server.js';

let place: Awaited<ReturnType<typeof createDatabase>>;
let owner: Database;
let service: Database;

beforeEach(async () => {
  place = await createDatabase();
  owner = new Database(place.ownerUrl, 1);
  service = new Database(place.appUrl, 1);
});

afterEach(async () => {
  await owner.close();
  await service.close();
  await place.drop();
});

const appliedNames = async (): Promise<string[]> =>
  (await owner.query<{ name: string }>('SELECT name FROM migrations ORDER BY id')).map(({ name }) => name);

const NAMES: string[] = MIGRATIONS.map(({ name }) => name);

describe('the migrations', () => {
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
    // Its operator's key may be all that there is: processes of the version before may have started, and go on serving.
    ['of the version before, though it has no merchant yet', ['2300'], 7],
  ] as const)(
    'ask timelines of a database %s for hashes when no version without them serves',
    async (_, earlier, days) => {
      for (const number of earlier) await migrateTo(number, place.ownerUrl);
      await migrate(place.ownerUrl);
      const [chain] = await owner.query<{ days: number }>(
        `SELECT round(extract(epoch FROM unhashed_until - now()) / 86400)::int AS days FROM timeline_chain`,
      );
      expect(chain).toEqual({ days });
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
    expect(lines).toHaveLength(NAMES.length + 1);
    expect(await appliedNames()).toEqual(NAMES);
  });

  it('commit one by one: what came before a failure stays, and the rest follows when its cause is gone', async () => {
    await owner.query('CREATE TABLE ledger_entries (in_the_way int)');

    const lines: string[] = [];
    await expect(migrate(place.ownerUrl, (line) => lines.push(line))).rejects.toThrow('ledger_entries');
    expect(lines).toEqual([expect.stringMatching(`"${NAMES[2]}" failed`)]);
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

describe('the role of the service', () => {
  beforeEach(() => migrate(place.ownerUrl));

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
