import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '../../src/modules/webhooks/application/known-events.js';
import { fillBook, FIRST_MS, ODD_ONES } from '../../bench/full-book.js';
import type { ListStatement } from '../../src/platform/database/reads/list-statement.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import { Bahi } from '../support/bahi.js';
import type { Client } from '../support/client.js';
import { findJitBinaries, startJitServer } from '../support/jit-server.js';
import type { Merchant } from '../support/merchant.js';
import type { TestServer } from '../support/postgres-server.js';

const FULL = 200_000;

/** Rows of a page. */
const LIMIT = 10;

/**
 * How much a page may read. Each value of a column that no filter names is a stretch of the index, from which a page is
 * read: six statuses with and without attention, eight currencies, or each type of event. A look-up finds each stretch,
 * and one more look-up their end; for events the page itself is read once more, in full.
 */
const STRETCHES = Math.max(16, EVENT_TYPES.length);
const MOST_ROWS = (STRETCHES + 1) * (LIMIT + 2) + LIMIT;
const MOST_BLOCKS = MOST_ROWS + STRETCHES * 6;

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

const machine = findJitBinaries();

const SERVERS: readonly (readonly [string, (() => Promise<TestServer>) | null])[] = [
  ['on the bundled PostgreSQL', null],
  ...(machine === null ? [] : [['on PostgreSQL as Debian delivers it', () => startJitServer(machine)] as const]),
];

const time = (n: number): string => new Date(FIRST_MS + n * 1_000).toISOString();

/** The id of the row with this number (full-book.ts). */
function idOf(n: number): string {
  const ms = (FIRST_MS + n * 1_000).toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** By list: the query string, and the same condition as SQL. */
const SEARCHES: Readonly<Record<string, readonly [query: string, sql: string][]>> = {
  payouts: [
    ['', 'archived_at IS NULL'],
    ['include_archived=true', 'true'],
    ...['pending', 'processing', 'completed', 'failed', 'cancelled', 'reversed'].map(
      (status) => [`status=${status}`, `status = '${status}' AND archived_at IS NULL`] as [string, string],
    ),
    ['status=completed&include_archived=true', `status = 'completed'`],
    ['needs_attention=true', 'needs_attention'],
    ['needs_attention=false', 'NOT needs_attention AND archived_at IS NULL'],
    ['needs_attention=true&status=processing', 'needs_attention'],
    ['needs_attention=true&status=failed', 'false'],
    ['waiting_for=gateway_paused', `waiting_for = 'gateway_paused'`],
    ['waiting_for=no_gateway', 'false'],
    ['waiting_for=gateway_paused&status=pending', `waiting_for = 'gateway_paused'`],
    ['bank_account_id=RARE', `bank_account_id = 'RARE'`],
    ['bank_account_id=RARE&status=failed', `bank_account_id = 'RARE' AND status = 'failed'`],
    ['bank_account_id=USUAL&status=failed', 'false'],
    ['bank_account_id=USUAL', `bank_account_id = 'USUAL' AND archived_at IS NULL`],
    ['bank_account_id=RARE&needs_attention=true', 'needs_attention'],
    ['reference_id=REF-12345', `reference_id = 'REF-12345'`],
    ['reference_id=REF-0', 'false'],
    ['reference_id=REF-12345&status=completed', `reference_id = 'REF-12345'`],
    ['utr=SIMBN00000012345', `utr = 'SIMBN00000012345'`],
    ['utr=SIMBN99999999999', 'false'],
    ['utr=SIMBN00000012345&bank_account_id=USUAL', `utr = 'SIMBN00000012345'`],
    [`created_from=${time(5_000)}&created_to=${time(5_005)}`, `n BETWEEN 5000 AND 5004`],
    [`created_to=${time(100)}`, `n < 100`],
    [`created_to=${time(ODD_ONES)}&status=cancelled`, `status = 'cancelled' AND n < ${ODD_ONES}`],
    [`created_from=${time(ODD_ONES + 1)}&status=cancelled`, 'false'],
    [`created_from=${time(ODD_ONES + 1)}&bank_account_id=RARE`, 'false'],
  ],
  payments: [
    ['', 'true'],
    ...['created', 'processing', 'succeeded', 'partially_refunded', 'refunded', 'failed'].map(
      (status) => [`status=${status}`, `status = '${status}'`] as [string, string],
    ),
    ['currency=EUR', `currency = 'EUR'`],
    ['currency=AED', 'false'],
    ['currency=USD', `currency = 'USD'`],
    ['currency=USD&status=refunded', 'false'],
    ['currency=EUR&status=refunded', `currency = 'EUR' AND status = 'refunded'`],
    ['needs_attention=true', 'needs_attention'],
    ['needs_attention=false', 'NOT needs_attention'],
    ['waiting_for=gateway_paused', `waiting_for = 'gateway_paused'`],
    ['reference_id=REF-12345', `reference_id = 'REF-12345'`],
    ['reference_id=REF-0', 'false'],
    [`created_from=${time(5_000)}&created_to=${time(5_005)}`, 'n BETWEEN 5000 AND 5004'],
    [`created_to=${time(ODD_ONES)}&status=refunded`, `status = 'refunded' AND n < ${ODD_ONES}`],
  ],
  refunds: [
    ['', 'true'],
    ...['pending', 'succeeded', 'failed'].map((s) => [`status=${s}`, `status = '${s}'`] as [string, string]),
    ['needs_attention=true', 'needs_attention'],
    ['needs_attention=false', 'NOT needs_attention'],
    ['needs_attention=true&status=pending', 'needs_attention'],
    ['waiting_for=gateway_paused', `waiting_for = 'gateway_paused'`],
    [`created_to=${time(100)}&status=failed`, `status = 'failed' AND n < 100`],
  ],
  events: [
    ['', 'true'],
    ...['payout.completed', 'payout.failed', 'refund.failed', 'payment.needs_attention'].map(
      (type) => [`type=${type}`, `type = '${type}'`] as [string, string],
    ),
    [`object_id=${idOf(12_345)}`, `object_id = '${idOf(12_345)}'`],
    [`object_id=${idOf(12_345)}&type=payout.failed`, 'false'],
    [`object_id=${idOf(FULL)}`, 'false'],
    [`created_from=${time(5_000)}&created_to=${time(5_005)}`, 'n BETWEEN 5000 AND 5004'],
    [`created_to=${time(ODD_ONES)}&type=payment.refunded`, `type = 'payment.refunded' AND n < ${ODD_ONES}`],
    [`created_from=${time(ODD_ONES + 1)}&type=payment.refunded`, 'false'],
  ],
};

/** The part of a table that is in the list. */
const TABLES: Readonly<Record<string, string>> = { events: '(SELECT * FROM outbox WHERE sequence IS NOT NULL) e' };

describe.each(SERVERS)('%s', (_where, start) => {
  let server: TestServer | undefined;
  let bahi: Bahi;
  let acme: Merchant;
  let zen: Merchant;
  let accounts: { readonly RARE: string; readonly USUAL: string };
  /** The statements that the service has sent for lists since the last check. */
  let sent: ListStatement[] = [];

  beforeAll(async () => {
    server = await start?.();
    bahi = await Bahi.open({ ...(server === undefined ? {} : { server }) });
    acme = await bahi.aMerchant({ accounts: ['0001', '0002'] });
    zen = await bahi.aMerchant({ accounts: ['0003'] });
    // Autovacuum would count as reads of the test.
    for (const table of [
      'payouts',
      'payments',
      'refunds',
      'ledger_transactions',
      'ledger_entries',
      'merchants',
      'outbox',
    ])
      await bahi.psql.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    accounts = { RARE: await acme.account('0002'), USUAL: await acme.account('0001') };
    const lists = bahi.service.get(Lists);
    const read = lists.read.bind(lists);
    lists.read = async (statement) => {
      sent.push(statement);
      return read(statement);
    };
  });

  afterAll(async () => {
    await bahi.close();
    await server?.stop();
  });

  const fill = async (rows: number): Promise<void> => {
    await bahi.psql.tamper(
      ['TRUNCATE payouts, payments, refunds, ledger_transactions, ledger_entries, outbox'],
      ['DELETE FROM merchants WHERE id <> ALL ($1::uuid[])', [[acme.id, zen.id]]],
    );
    await bahi.psql.query('VACUUM merchants');
    const usual = await zen.account('0003');
    const owners = { acme: { id: acme.id, usual: accounts.USUAL, rare: accounts.RARE }, zen: { id: zen.id, usual } };
    await bahi.psql.query('BEGIN');
    await fillBook(bahi.psql, owners, rows);
    await bahi.psql.query('COMMIT');
  };

  /** With the planner switches of the service's own connections. */
  async function explained({ text, ...rest }: ListStatement): Promise<Plan> {
    const statement = { text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, ...rest };
    const [row] = await bahi.service.get(Lists).read<{ 'QUERY PLAN': [{ Plan: Plan }] }>(statement);
    sent = [];
    return row!['QUERY PLAN'][0].Plan;
  }

  const rowsRead = (plan: Plan): number => {
    const own = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
    const below = (plan.Plans ?? []).reduce((sum, child) => sum + rowsRead(child), 0);
    return below + (plan['Relation Name'] === undefined ? 0 : own);
  };

  const withAccounts = (text: string): string =>
    text
      .replace('RARE', accounts.RARE)
      .replace('USUAL', accounts.USUAL)
      .replace(/\bn(?= (BETWEEN|<))/g, NUMBER);

  /** A row's number, which is at the end of its id. */
  const NUMBER = `('x' || right(id::text, 8))::bit(32)::int`;

  const expectFew = (what: string, plan: Plan, bound = MOST_ROWS): void => {
    expect([what, rowsRead(plan) <= bound ? 'few' : rowsRead(plan)]).toEqual([what, 'few']);
    expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']).toBeLessThanOrEqual(MOST_BLOCKS);
  };

  /** The statements of earlier requests, by the request. */
  const known = new Map<string, ListStatement>();

  async function ask<Row>(client: Client, path: string, name = path): Promise<Row[]> {
    sent = [];
    const { status, body } = await client.get(path);
    expect(status).toBe(200);
    const [statement] = sent;
    known.set(name, statement!);
    expectFew(name, await explained(statement!));
    return body.results as Row[];
  }

  describe('among two hundred thousand, before the server has statistics', () => {
    beforeAll(() => fill(FULL), 300_000);

    it.each(
      Object.entries(SEARCHES).flatMap(([list, all]) => all.map(([query, sql]) => [`${list}?${query}`, sql] as const)),
    )('%s reads what it shows, for the merchant with nine tenths of all and for operators', async (path, sql) => {
      const found = await ask<{ id: string }>(
        acme.api,
        `/${withAccounts(path)}&limit=${LIMIT}`.replace('?&', '?'),
        `${path}, acme`,
      );
      await ask(bahi.asOperator(), `/${withAccounts(path)}&limit=${LIMIT}`.replace('?&', '?'), `${path}, operators`);
      const [list = ''] = path.split('?');
      const expected = await bahi.psql.query<{ id: string }>(
        `SELECT id FROM ${TABLES[list] ?? list} WHERE merchant_id = $1 AND ${withAccounts(sql)} ORDER BY id DESC LIMIT ${LIMIT}`,
        [acme.id],
      );
      expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    });

    it('a page behind another goes on where that ended, in either direction', async () => {
      for (const path of ['/payouts?status=failed', '/payments?currency=EUR', '/refunds?needs_attention=true']) {
        const { body: first } = await acme.api.get(`${path}&limit=${LIMIT}`);
        const next = (first.next as string).replace('/api/v1', '');
        const second = await ask<{ id: string }>(acme.api, next, `${path}, second page`);
        expect(second[0]!.id < (first.results as { id: string }[]).at(-1)!.id).toBe(true);
        const { body } = await acme.api.get(next);
        const back = await ask(acme.api, (body.previous as string).replace('/api/v1', ''), `${path}, back again`);
        expect(back).toEqual(first.results);
      }
    });

    it('what needs attention, the oldest first, of one merchant and of all, and what is behind it', async () => {
      for (const [who, client, owner] of [
        ['acme', acme.api, acme.id],
        ['zen', zen.api, zen.id],
        ['operators', bahi.asOperator(), null],
      ] as const) {
        const found: string[] = [];
        for (let path: string | null = `/attention?limit=${LIMIT}`; path !== null;) {
          sent = [];
          const { status, body } = await client.get(path);
          const statements = [...sent];
          expect([status, statements.length]).toEqual([200, 3]);
          found.push(...(body.results as { id: string }[]).map(({ id }) => id));
          for (const [i, statement] of statements.entries()) {
            const name = `what needs attention, ${who}, ${found.length}, ${i}`;
            known.set(name, statement);
            expectFew(name, await explained(statement));
          }
          path = found.length > 2 * LIMIT ? null : (body.next as string | null);
        }
        const union = ['payouts', 'payments', 'refunds']
          .map((table) => `SELECT id FROM ${table} WHERE needs_attention AND ($1::uuid IS NULL OR merchant_id = $1)`)
          .join(' UNION ALL ');
        const expected = await bahi.psql.query<{ id: string }>(`${union} ORDER BY id LIMIT ${found.length + 1}`, [
          owner,
        ]);
        expect(found).toEqual(expected.slice(0, found.length).map(({ id }) => id));
      }
    });

    it('a merchant whose orders have all failed looks for others', async () => {
      for (const [path, count] of [
        ['/payouts?status=completed', 0],
        ['/payouts?needs_attention=true', 0],
        ['/payouts?status=failed', LIMIT],
        ['/payouts?include_archived=true&status=failed', LIMIT],
        ['/payments?status=succeeded', 0],
        ['/payments?currency=AED', 0],
        ['/refunds?status=pending', 0],
        ['/events?type=payout.completed', 0],
        ['/events?type=payout.failed', LIMIT],
      ] as const)
        expect(await ask(zen.api, `${path}&limit=${LIMIT}`, `${path}, zen`)).toHaveLength(count);
    });

    it('whoever names the account of another merchant finds nothing and reads nothing', async () => {
      expect(await ask(zen.api, `/payouts?bank_account_id=${accounts.USUAL}&limit=${LIMIT}`, 'another’s')).toEqual([]);
    });

    it.each(['available', 'fees', 'held', 'all'])('the ledger, account %s', async (account) => {
      const lines = await ask<{ seq: number }>(acme.api, `/ledger?account=${account}&limit=${LIMIT}`);
      const expected = await bahi.psql.query<{ seq: string }>(
        `SELECT seq FROM ledger_entries WHERE merchant_id = $1 AND ($2 = 'all' OR account = $2)
         ORDER BY seq DESC, account DESC LIMIT ${LIMIT}`,
        [acme.id, account],
      );
      expect(lines.map(({ seq }) => seq)).toEqual(expected.map(({ seq }) => Number(seq)));
    });

    it.each(['available', 'all'])('the ledger, account %s, far behind its newest entry', async (account) => {
      const { body } = await acme.api.get(`/ledger?account=${account}&limit=${LIMIT}&offset=10000`);
      const far = (body.next as string).replace('/api/v1', '');
      const lines = await ask<{ seq: number }>(acme.api, far, `${account}, far`);
      const [newest] = (body.results as { seq: number }[]).slice(-1);
      expect(lines[0]!.seq).toBeLessThanOrEqual(newest!.seq);
      expect(lines).toHaveLength(LIMIT);
    });

    it('merchants, and bank accounts', async () => {
      expect(await ask(bahi.asOperator(), `/merchants?limit=${LIMIT}`)).toHaveLength(LIMIT);
      expect(await ask(bahi.asOperator(), `/bank-accounts?limit=${LIMIT}`)).toHaveLength(3);
      expect(await ask(acme.api, `/bank-accounts?limit=${LIMIT}`, 'own accounts')).toHaveLength(2);
    });
  });

  describe.each([
    ['among two hundred thousand, with statistics', MOST_ROWS, () => bahi.psql.query('ANALYZE')],
    // Each stretch is searched for among all ten.
    ['among ten', 24 * 10, () => fill(10)],
  ] as const)('%s', (_state, bound, prepare) => {
    beforeAll(async () => void (await prepare()), 300_000);

    it('each of these reads what it shows', async () => {
      expect(known.size).toBeGreaterThan(100);
      for (const [what, statement] of known) expectFew(what, await explained(statement), bound);
    });
  });

  it('the planner believes in all statuses, also where it has found one alone', async () => {
    for (const [table, status, count] of [
      ['payouts', 'completed', 6],
      ['payments', 'succeeded', 6],
      ['refunds', 'succeeded', 3],
    ] as const) {
      await bahi.psql.tamper([`DELETE FROM ${table} WHERE status <> $1`, [status]]);
      await bahi.psql.query(`ANALYZE ${table}`);
      expect(
        await bahi.psql.query(
          `SELECT n_distinct::int AS count FROM pg_stats WHERE tablename = $1 AND attname = 'status'`,
          [table],
        ),
      ).toEqual([{ count }]);
    }
  });
});
