import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { schemaObjects } from '../../src/platform/database/schema/schema-dump.js';
import { Bahi } from '../support/bahi.js';
import { migrateTo, NUMBERS, rowsAfter } from '../support/old-versions.js';
import { createDatabase, type TestDatabase } from '../support/postgres-server.js';
import { removedFrom } from '../support/removed-from.js';
import { until } from '../support/wait-for.js';

/**
 * What a migration does to a table that existed before it. Everything that is not named stays unchanged, in every row.
 */
interface Change {
  /** Columns by their old names. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** New columns, and the values that existing rows get. */
  readonly added?: Readonly<Record<string, unknown>>;
  /** New columns whose values depend on when the migration runs. */
  readonly dated?: readonly string[];
}

/** Every migration that changes tables which may hold rows. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, Change>>>> = {
  '0900': { 'public.outbox': { added: { origin: null } } },
  '1000': {
    'public.bank_accounts': { added: { vpa: null } },
    'public.payouts': { added: { recipient_vpa: null } },
    'bank_simulator.transfers': { added: { vpa: null } },
    'bank_simulator.movements': { added: { vpa: null } },
  },
  '1100': { 'public.payouts': {} },
  '1300': {
    'public.ledger_transactions': {},
    'public.gateway_callbacks': {
      renamed: { amount_paise: 'amount_minor' },
      added: { subject: 'payout', currency: 'INR' },
    },
  },
  '1600': {
    'public.idempotency_keys': { added: { expires_at_live_ms: null } },
    'public.payouts': { added: { revision: 0 } },
    'public.payments': { added: { revision: 0 } },
    'public.refunds': { added: { revision: 0 } },
  },
  '1700': { 'public.payouts': { added: { completed_by: null, first_rejected_at: null, first_rejected_by: null } } },
  '1800': { 'public.gateway_callbacks': { added: { body: null } } },
  '1810': { 'public.payouts': { dated: ['watched_from', 'watch_next_at'] } },
  '1820': { 'public.gateway_callbacks': {} },
  '1900': {
    'public.payouts': { added: { last_answer: null, unchanged_inquiries: 0, last_unchanged_at: null } },
    'public.payments': { added: { last_answer: null, unchanged_inquiries: 0, last_unchanged_at: null } },
    'public.refunds': { added: { last_answer: null, unchanged_inquiries: 0, last_unchanged_at: null } },
  },
  '2100': {
    'public.gateway_states': {
      added: { trial_order: null, trial_until: null, closed_at: null, closed_by: null, closed_reason: null },
    },
  },
  '1910': { 'public.refunds': {} },
  '2200': { 'public.payouts': {}, 'public.payments': {}, 'public.refunds': {}, 'public.api_keys': {} },
  // Rights of `bahi_admin`.
  '2320': {
    'public.acknowledgements': {},
    'public.api_keys': {},
    'public.books': {},
    'public.ledger_entries': {},
    'public.ledger_transactions': {},
    'public.live_time': {},
    'public.merchants': {},
  },
  '2330': { 'public.payouts': {} },
  '2340': {
    'public.payouts': { added: { bank_has_another_since: null } },
    'public.gateway_callbacks': { added: { destination: null } },
  },
  '2370': {
    'public.ledger_transactions': {},
    'public.payout_events': {},
    'public.payment_events': {},
    'public.payouts': {},
  },
  '2400': { 'public.bank_accounts': {} },
  '2410': { 'public.payments': {}, 'public.refunds': {} },
  '2520': { 'public.payouts': {}, 'public.payments': {}, 'public.refunds': {} },
  '2300': { 'public.ledger_transactions': { added: { request_digest: null } } },
  '2510': { 'public.merchants': { added: { reads_per_second: null, writes_per_second: null } } },
  '2440': {
    'public.ledger_transactions': {},
    'public.payout_events': {},
    'public.payment_events': {},
    'public.payouts': {},
    'public.payments': {},
  },
  '2310': {
    'public.payout_events': { added: { hash: null } },
    'public.payment_events': { added: { hash: null } },
    'public.payouts': { added: { timeline_hash: null } },
    'public.payments': { added: { timeline_hash: null } },
  },
  '2570': {
    'public.outbox': { added: { sequence: null, object_id: null, object: null, previous_status: null } },
  },
  '2600': { 'public.outbox': {} },
  '2730': { 'public.ledger_transactions': {} },
  '2745': { 'public.outbox': {} },
  // Events that the previous release left behind are carried from where they are.
  '2820': { 'public.outbox': {} },
  '2840': { 'public.payouts': {}, 'public.payments': {}, 'public.refunds': {} },
  '2860': { 'public.ledger_entries': {} },
  // Each append-only table gets two triggers in place of one.
  '2880': {
    'public.books': {},
    'public.ledger_transactions': {},
    'public.ledger_entries': {},
    'public.payout_events': {},
    'public.payment_events': {},
  },
  '2900': { 'public.webhook_deliveries': { added: { object_id: null } } },
  '2920': { 'public.merchants': {} },
  '2940': { 'public.verify_findings': { added: { particulars: null } } },
  '2731': { 'public.webhook_attempts': { added: { is_counted: true } } },
  '2540': { 'public.payouts': {}, 'public.payments': {}, 'public.refunds': {} },
  '2530': {
    'public.payouts': { added: { next_attempt_live_ms: null } },
    'public.payments': { added: { next_attempt_live_ms: null } },
    'public.refunds': { added: { next_attempt_live_ms: null } },
    'public.live_time': { added: { clock_at: null, set_back_live_ms: null } },
  },
  '2480': {
    'public.payments': { added: { failed_at: null, gateway_has_another_since: null } },
    'public.refunds': { added: { failed_at: null, gateway_has_another_since: null } },
  },
  '2470': {
    'public.payouts': { added: { submission_ends_live_ms: null, first_rejected_live_ms: null } },
    'public.payments': { added: { submission_ends_live_ms: null } },
    'public.refunds': { added: { submission_ends_live_ms: null } },
  },
  '2460': {
    'public.payouts': { added: { waiting_at: null } },
    'public.payments': { added: { waiting_at: null } },
    'public.refunds': { added: { waiting_at: null } },
  },
  '2500': { 'public.gateway_callbacks': {} },
  '2000': {
    'public.payouts': { added: { waiting_for: null } },
    'public.payments': { added: { waiting_for: null } },
    'public.refunds': { added: { waiting_for: null } },
  },
};

/**
 * From here on migrations run while the previous version serves: they rename nothing, and read no table while they lock
 * out its writers.
 */
const BESIDE_A_SERVICE = '2300';

/**
 * From here on the schema says which releases it serves. A migration that removes what the previous release needs, or
 * requires what that release does not write, says so in `serves_from`; otherwise unknown migrations are considered
 * compatible.
 */
const COMPATIBILITY = '2455';

const servesFrom = async (): Promise<number> =>
  (await owner.query<{ from: number }>('SELECT serves_from AS from FROM schema_compatibility'))[0]!.from;

/** Of the existing tables: those whose writers a transaction locks out and whose rows it has read. */
const READ_UNDER_LOCKS = `
  SELECT s.relname || ' under ' || l.mode AS read
  FROM pg_stat_xact_all_tables s JOIN pg_locks l ON l.relation = s.relid AND l.pid = pg_backend_pid()
  WHERE s.schemaname <> 'pg_catalog' AND s.relname <> 'migrations' AND s.schemaname || '.' || s.relname = ANY($1)
    AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    AND coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0) > 0`;

/**
 * By the last migration of each version: the releases, and before the first release every version that ran somewhere.
 */
const VERSIONS: Readonly<Record<string, string>> = {
  'the first slice': '0700',
  'workers of their own': '0800',
  'requests in traces': '0900',
  'callbacks and routing': '1200',
  'payments in': '1400',
  'chains of timelines': '2310',
};

type Row = Record<string, unknown>;

let place: TestDatabase;
let owner: Database;

async function openPlace(): Promise<void> {
  place = await createDatabase();
  owner = new Database(place.ownerUrl, 1);
}

async function closePlace(): Promise<void> {
  await owner.close();
  await place.drop();
}

/** The tables, with the SQL that would create them. */
async function tables(): Promise<Map<string, string>> {
  const objects = await schemaObjects(owner);
  return new Map(objects.flatMap(({ name, text }) => (/^CREATE (UNLOGGED )?TABLE/.test(text) ? [[name, text]] : [])));
}

async function rowsOf(table: string): Promise<Row[]> {
  const rows = await owner.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM ${table} t`);
  return rows.map(({ row }) => row);
}

/** In an order that depends only on the values of their columns. */
function sorted(rows: readonly Row[]): Row[] {
  const key = (row: Row): string => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function changed(row: Row, { renamed = {}, added = {} }: Change): Row {
  const entries = Object.entries(row).map(([name, value]) => [renamed[name] ?? name, value]);
  return { ...Object.fromEntries(entries), ...added };
}

async function insertRows(number: string): Promise<void> {
  const statements = rowsAfter(number);
  if (statements === '') return;
  // As a superuser and without triggers: the rows have their final state, in which the database lets none begin.
  const superuser = new Database(place.superuserUrl, 1);
  try {
    await superuser.transaction((sql) => runAll(`SET LOCAL session_replication_role = replica;\n${statements}`, sql));
  } finally {
    await superuser.close();
  }
}

/** One at a time: a prepared statement can hold only one. */
async function runAll(statements: string, sql: { query(text: string): Promise<unknown> }): Promise<void> {
  for (const statement of statements.split(/;\n/)) if (statement.trim() !== '') await sql.query(statement);
}

describe('a migration on a database with rows', () => {
  beforeAll(openPlace);
  afterAll(closePlace);

  // One after the other on the same database, as it ages.
  it.each(NUMBERS)('%s leaves them as they were, but for what is named here', async (number) => {
    const before = await tables();
    before.delete('public.migrations');
    const rows = new Map<string, Row[]>();
    for (const table of before.keys()) rows.set(table, await rowsOf(table));

    const compatible = number > COMPATIBILITY ? await servesFrom() : null;
    const read = new Set<string>();
    await migrateTo(number, place.ownerUrl, async (db) => {
      const found = (await db.query(READ_UNDER_LOCKS, [[...before.keys()]])) as { read: string }[];
      for (const one of found) read.add(one.read);
    });
    if (number >= BESIDE_A_SERVICE) expect([...read]).toEqual([]);

    const after = await tables();
    const touched = [...before].filter(([table, text]) => after.get(table) !== text).map(([table]) => table);
    const changes = CHANGES[number] ?? {};
    expect(touched.sort()).toEqual(Object.keys(changes).sort());
    // A change of a table without rows would prove nothing.
    for (const table of touched) expect([table, rows.get(table)!.length]).not.toEqual([table, 0]);
    for (const [table, old] of rows) {
      const expected = old.map((row) => changed(row, changes[table] ?? {}));
      const found = await rowsOf(table);
      for (const row of found) for (const name of changes[table]?.dated ?? []) delete row[name];
      expect([table, sorted(found)]).toEqual([table, sorted(expected)]);
    }
    await insertRows(number);

    const taken = [...before].flatMap(([table, text]) =>
      removedFrom(text, after.get(table)).map((what) => `${table}: ${what}`),
    );
    if (number > COMPATIBILITY && (await servesFrom()) === compatible) expect(taken).toEqual([]);
  });

  it('2920 has kept the limits of merchants where sign-ins find them', async () => {
    expect(await rowsOf('merchant_limits')).toEqual([
      { merchant_id: '01a216e0-2e93-7737-9de0-d5cf1cd96b48', reads_per_second: 70, writes_per_second: null },
    ]);
  });

  it.each([
    ['nothing', '', []],
    ['the table', 'DROP TABLE one', ['the table']],
    ['a column', 'ALTER TABLE one DROP COLUMN b', ['b', 'UPDATE (b) ON one TO bahi_app']],
    ['a name', 'ALTER TABLE one RENAME COLUMN c TO d', ['c', 'UPDATE (c) ON one TO bahi_app']],
    ['a type', 'ALTER TABLE one ALTER COLUMN c TYPE text', ['c']],
    ['a value that may be left out', 'ALTER TABLE one ALTER COLUMN c SET NOT NULL', []],
    ['a default', 'ALTER TABLE one ALTER COLUMN e DROP DEFAULT', ['e']],
    ['a right', 'REVOKE UPDATE (b) ON one FROM bahi_app', ['UPDATE (b) ON one TO bahi_app']],
    ['values', 'ALTER TABLE one ADD CONSTRAINT c_small CHECK (c < 9)', ['CONSTRAINT c_small CHECK (c < 9)']],
    [
      'nothing by more values',
      `ALTER TABLE one DROP CONSTRAINT one_h, ADD CONSTRAINT h CHECK (h IN ('y', 'z', 'x'))`,
      [],
    ],
    [
      'one of several values',
      `ALTER TABLE one DROP CONSTRAINT one_h, ADD CONSTRAINT h CHECK (h IN ('y', 'z'))`,
      [`CONSTRAINT h CHECK (h = ANY (ARRAY['y'::text, 'z'::text]))`],
    ],
    ['equal ones', 'CREATE UNIQUE INDEX ON one (b)', [expect.stringContaining('CREATE UNIQUE INDEX one_b_idx')]],
    ['nothing by another order', 'DROP INDEX one_ac; CREATE UNIQUE INDEX one_ca ON one (c, a)', []],
    ['rows without a new column', 'ALTER TABLE one ADD COLUMN f integer NOT NULL', ['f']],
    [
      'nothing by a new column and its rules',
      `ALTER TABLE one ADD COLUMN f integer NOT NULL DEFAULT 0, ADD COLUMN g text CHECK (g <> ''), ALTER COLUMN a DROP NOT NULL;
       CREATE UNIQUE INDEX ON one (g); CREATE INDEX ON one (b)`,
      [],
    ],
  ])('that takes away %s is noticed', async (_, statements, expected) => {
    await owner.transaction(async (sql) => {
      await runAll(
        `CREATE TABLE one (a integer NOT NULL, b text, c integer, e integer NOT NULL DEFAULT 1,
           h text CONSTRAINT one_h CHECK (h IN ('x', 'y')));\nCREATE UNIQUE INDEX one_ac ON one (a, c);\nGRANT INSERT, UPDATE (b, c) ON one TO bahi_app`,
        sql,
      );
      const one = async () => (await schemaObjects(sql)).find(({ name }) => name === 'public.one')?.text;
      const before = await one();
      await runAll(statements.replaceAll('; ', ';\n'), sql);
      expect(removedFrom(before!, await one())).toEqual(expected);
      await sql.query('DROP TABLE IF EXISTS one');
    });
  });

  it('renames no column that the version before reads', () => {
    const renaming = Object.keys(CHANGES).filter(
      (number) => number >= BESIDE_A_SERVICE && JSON.stringify(CHANGES[number]).includes('"renamed"'),
    );
    expect(renaming).toEqual([]);
  });

  it('is known by its number', () => {
    expect(NUMBERS).toEqual(expect.arrayContaining([...Object.keys(CHANGES), ...Object.values(VERSIONS)]));
  });
});

describe('a database with the rows of', () => {
  beforeEach(openPlace);

  afterEach(closePlace);

  it.each(Object.entries(VERSIONS))(
    '%s (%s) is migrated, verified and used on',
    async (_, last) => {
      for (const number of NUMBERS.slice(0, NUMBERS.indexOf(last) + 1)) {
        await migrateTo(number, place.ownerUrl);
        await insertRows(number);
      }
      const all = await tables();
      for (const table of all.keys()) expect([table, (await rowsOf(table)).length]).not.toEqual([table, 0]);

      const bahi = await Bahi.open({
        worker: true,
        server: { createDatabase: async () => ({ ...place, drop: async () => undefined }) },
      });
      try {
        expect(await bahi.findings()).toEqual([]);
        await goesOn(bahi);
        expect(await bahi.findings()).toEqual([]);
      } finally {
        await bahi.close();
      }
    },
    180_000,
  );

  it('every release in the changelog is among them', () => {
    const released = [...readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## \[?v?(\d+\.\d+\.\d+)/gm)].map(
      ([, version]) => version,
    );
    expect(Object.keys(VERSIONS)).toEqual(expect.arrayContaining(released));
  });
});

/** Open orders end, and a merchant of that version pays out from its balance to its existing account. */
async function goesOn(bahi: Bahi): Promise<void> {
  const open = `payouts WHERE status IN ('pending', 'processing')`;
  await until('what was open has ended', async () => (await bahi.count(open)) === 0);
  expect(await bahi.count(`payouts WHERE status = 'completed' AND amount_paise IN (3000, 4000)`)).toBe(2);

  const [account] = await bahi.psql.query<{ merchant_id: string; id: string }>(
    `SELECT merchant_id, id FROM bank_accounts WHERE account_number LIKE '%0001' ORDER BY id LIMIT 1`,
  );
  const merchant = { merchant: { id: account!.merchant_id } };
  const body = { amount_paise: 50_000, bank_account_id: account!.id };
  const operator = bahi.asOperator();
  const { status, body: payout } = await operator.post('/payouts', body, { ...merchant, key: 'after-the-upgrade' });
  expect(status).toBe(201);
  await until('the new payout is completed', async () => {
    return (await operator.get(`/payouts/${payout.id}`)).body.status === 'completed';
  });
}
