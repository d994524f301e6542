import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { jitWarning } from '../../src/platform/database/connections/jit.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { Bahi } from '../support/bahi.js';
import { findJitBinaries, startJitServer } from '../support/jit-server.js';
import { startPgBouncer } from '../support/pgbouncer.js';
import type { TestDatabase, TestServer } from '../support/postgres-server.js';
import { makeShards } from '../support/shards.js';
import { SqlSession } from '../support/sql-session.js';

const binaries = findJitBinaries();
if (binaries === null)
  process.stderr.write(
    'Not run: test/integration/jit.spec.ts, for there is no PostgreSQL with JIT (apt: postgresql-15)\n',
  );

(binaries === null ? describe.skip : describe)('on a PostgreSQL that compiles statements', () => {
  let server: TestServer;
  let database: TestDatabase;
  let superuser: SqlSession;

  beforeAll(async () => {
    server = await startJitServer(binaries!);
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    database = await server.createDatabase();
    superuser = await SqlSession.at(database.superuserUrl);
    await superuser.query('CREATE EXTENSION pg_stat_statements');
  });

  afterEach(async () => {
    await superuser.close();
    await database.drop();
  });

  /** The statements of this database that were compiled, including those inside triggers. */
  const compiled = async (): Promise<string[]> => {
    const rows = await superuser.query<{ query: string }>(
      `SELECT query FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid
       WHERE datname = current_database() AND jit_functions > 0 ORDER BY query`,
    );
    return rows.map(({ query }) => query);
  };

  /** Appends as a connection of the write path on which JIT is on for whatever reason. */
  const appendAlone = async (session: SqlSession, table = 'ledger_transactions'): Promise<unknown> => {
    await session.query('SET jit = on');
    await session.query('SET enable_seqscan = off');
    return session.query(
      `INSERT INTO ${table} (merchant_id, seq, id, kind, reference_type, reference_id, actor, prev_hash, hash,
         created_at)
       VALUES (gen_random_uuid(), 1, gen_random_uuid(), 'payment', 'payment', 'x', 'system', $1, $2, now())`,
      [Buffer.alloc(32), randomBytes(32)],
    );
  };

  it('a service makes it compile nothing, from the request to the page', async () => {
    const bahi = await Bahi.open({ worker: true, server: { createDatabase: async () => database } });
    const acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
    const [paid, rejected] = await Promise.all(['0001', '0002'].map((to) => acme.aPayout(10, { to })));
    await acme.until(paid!.id, 'completed');
    await acme.until(rejected!.id, 'failed');
    expect((await acme.api.get('/payouts?status=completed')).body.results).toHaveLength(1);
    expect(await bahi.findings()).toEqual([]);

    expect(await compiled()).toEqual([]);
    // The database belongs to the Bahi that was closed; afterEach needs another one.
    await superuser.close();
    await bahi.close();
    database = await server.createDatabase();
    superuser = await SqlSession.at(database.superuserUrl);
  });

  it('the triggers of the ledger are not compiled, whatever the connection has set', async () => {
    await migrate(database.ownerUrl);
    const session = await SqlSession.at(database.appUrl);
    await expect(appendAlone(session)).rejects.toThrow('ledger transaction 1 of book');
    expect(await compiled()).toEqual([]);

    // What the setting prevents: on a shard the other table is looked up in a catalog that has no index for it.
    await superuser.query('ALTER FUNCTION ledger_transactions_follow() RESET jit');
    await makeShards(superuser);
    await expect(appendAlone(session, 'ledger_transactions_102008')).rejects.toThrow('ledger transaction 1 of book');
    expect(await compiled()).toEqual([expect.stringContaining('pg_constraint')]);
    await session.close();
  });

  it('the triggers of the ledger read no catalog for the name of the other table', async () => {
    await migrate(database.ownerUrl);
    const session = await SqlSession.at(database.appUrl);
    // Not even if nothing prevents them from being compiled.
    for (const name of ['ledger_transactions_follow', 'ledger_entries_balance'])
      await superuser.query(`ALTER FUNCTION ${name}() RESET jit`);
    await session.query('SET jit = on');
    await session.query('SET enable_seqscan = off');
    await session.query(
      `WITH t AS (
         INSERT INTO ledger_transactions (merchant_id, seq, id, kind, reference_type, reference_id, actor, prev_hash, hash,
           created_at)
         VALUES (gen_random_uuid(), 1, gen_random_uuid(), 'payment', 'payment', 'x', 'system', $1, $2, now())
         RETURNING merchant_id, seq)
       INSERT INTO ledger_entries
       SELECT merchant_id, account, seq, amount, amount FROM t, (VALUES ('received', 5), ('fees', -5)) AS e(account, amount)`,
      [Buffer.alloc(32), randomBytes(32)],
    );

    expect(await compiled()).toEqual([]);
    const lookUps = await superuser.query(
      `SELECT query FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid
       WHERE datname = current_database() AND query LIKE '%:= (SELECT con%relid FROM pg_constraint%'
         AND query NOT LIKE '%CREATE%'`,
    );
    expect(lookUps).toEqual([]);
    await session.close();
  });

  it('every trigger function of ours has it switched off', async () => {
    await migrate(database.ownerUrl);
    const functions = await superuser.query<{ name: string; off: boolean }>(
      `SELECT DISTINCT p.oid::regprocedure::text AS name, 'jit=off' = ANY (p.proconfig) AS off
       FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE NOT t.tgisinternal AND n.nspname IN ('public', 'bank_simulator', 'payment_simulator') ORDER BY name`,
    );
    expect(functions.map(({ name }) => name)).toContain('ledger_transactions_follow()');
    expect(functions.filter(({ off }) => !off)).toEqual([]);
  });

  it('it is off by default on a database that was migrated by its owner, through a pooler too', async () => {
    await migrate(database.ownerUrl);
    const pooler = await startPgBouncer(database);
    for (const url of [database.appUrl, database.ownerUrl, pooler.appUrl]) {
      const session = await SqlSession.at(url);
      expect(await session.query('SHOW jit')).toEqual([{ jit: 'off' }]);
      await session.close();
    }
    await pooler.stop();
  });

  it('the service’s own connections have it off, whatever the default is', async () => {
    await migrate(database.ownerUrl);
    await superuser.query(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET jit', current_database()); END $$`);
    const direct = new Database(database.appUrl, 1);
    expect(await direct.query('SHOW jit')).toEqual([{ jit: 'off' }]);
    const lane = await direct.connect({ pipeline: true });
    expect(await lane.query('SHOW jit')).toEqual([{ jit: 'off' }]);
    await lane.close();
    await direct.close();

    const pooler = await startPgBouncer(database);
    const pooled = new Database(pooler.appUrl, 1, true);
    expect(await pooled.transaction((sql) => sql.query('SHOW jit'))).toEqual([{ jit: 'off' }]);
    expect((await pooled.connect({ pipeline: true })).transactionSettings).toContain('SET LOCAL jit = off');
    await pooled.close();
    await pooler.stop();
  });

  describe('that belongs to somebody else than who migrates', () => {
    beforeEach(async () => {
      await superuser.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO postgres', current_database()); END $$`,
      );
      await superuser.query('ALTER SCHEMA public OWNER TO bahi_owner');
      await superuser.query(
        `DO $$ BEGIN EXECUTE format('GRANT CONNECT, CREATE, TEMP ON DATABASE %I TO bahi_owner, bahi_app', current_database()); END $$`,
      );
      await migrate(database.ownerUrl);
    });

    it('a start behind a pooler warns with what to run, and no more once that was done', async () => {
      const pooler = await startPgBouncer(database);
      const pooled = new Database(pooler.appUrl, 1, true);
      const warning = await jitWarning(pooled);
      expect(warning).toMatch(
        /^WARNING: PostgreSQL compiles .* As the owner of the database run: ALTER DATABASE bahi_test_\w+ SET jit = off$/,
      );
      await superuser.query(warning!.split(' run: ')[1]!);
      expect(await jitWarning(pooled)).toBeNull();
      await pooled.close();
      await pooler.stop();
    });

    it('a start without a pooler does not warn: its connections ask for it themselves', async () => {
      const direct = new Database(database.appUrl, 1);
      expect(await jitWarning(direct)).toBeNull();
      await direct.close();
      const session = await SqlSession.at(database.appUrl);
      expect(await session.query('SHOW jit')).toEqual([{ jit: 'on' }]);
      await session.close();
    });
  });
});
