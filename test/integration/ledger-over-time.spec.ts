import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillLedger, FIRST_MS } from '../../bench/full-book.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import { PointReads } from '../../src/platform/database/reads/point-reads.js';
import { Bahi } from '../support/bahi.js';
import type { Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';

/** Transactions of the book, one a second, each of a rupee. */
const LONG = 100_000;

/** How many of them are adjustments. */
const ADJUSTMENTS = 20;

interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly explain: (text: string, values: readonly unknown[]) => Promise<{ 'QUERY PLAN': [{ Plan: Plan }] }[]>;
}

interface Plan {
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
}

let bahi: Bahi;
let acme: Merchant;
/** What the service has sent since the last check, with the connections that it used. */
let sent: Sent[] = [];

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant({ accounts: [] });
  const reads = bahi.service.get(PointReads);
  const query = reads.query.bind(reads);
  reads.query = async <Row>(text: string, values: readonly unknown[] = []) => {
    sent.push({ text, values, explain: (explained, given) => query(explained, given) });
    return query<Row>(text, values);
  };
  const lists = bahi.service.get(Lists);
  const read = lists.read.bind(lists);
  lists.read = async (statement) => {
    sent.push({ ...statement, explain: (text, values) => read({ ...statement, text, values }) });
    return read(statement);
  };
});

afterAll(() => bahi.close());

async function asked(path: string): Promise<Json> {
  sent = [];
  const { status, body } = await acme.api.get(path);
  expect([path, status]).toEqual([path, 200]);
  return body;
}

/** How many pages the server read for the last request. @param table counts only statements that name it */
async function blocks(table = ''): Promise<number> {
  let sum = 0;
  const all = sent.filter(({ text }) => text.includes(table));
  for (const { text, values, explain } of all) {
    const [row] = await explain(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
    const { Plan: plan } = row!['QUERY PLAN'][0];
    sum += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }
  return sum;
}

const second = (n: number): string => new Date(FIRST_MS + n * 1_000).toISOString();

/**
 * For one instant: seventeen halvings of four pages each, and the last entries of each account, now and at that time.
 */
const PAGES = 17 * 4 + 2 * 6 * 4 + 20;

describe.each([
  ['without statistics', async () => undefined],
  ['with statistics', () => bahi.psql.query('ANALYZE')],
  [
    'with statistics of when it was empty',
    async () => {
      await bahi.psql.tamper(['TRUNCATE ledger_entries, ledger_transactions']);
      await bahi.psql.query('ANALYZE');
      await fill();
    },
  ],
])('in a book of a hundred thousand transactions, %s', (_state, prepare) => {
  beforeAll(async () => {
    for (const table of ['ledger_transactions', 'ledger_entries'])
      await bahi.psql.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    if ((await bahi.count('ledger_transactions')) === 0) await fill();
    await prepare();
  });

  it.each([1, 2, 33_333, LONG - 1, LONG])('the balance by transaction %d takes a few pages', async (seq) => {
    expect(await asked(`/balance?as_of=${second(seq)}`)).toMatchObject({ seq, available_paise: 100 * seq });
    expect(await blocks()).toBeLessThan(PAGES);
  });

  it('the balances of 92 days take as many pages as 93 balances, and what took money the other way', async () => {
    const body = await asked('/balance/daily?from=2019-10-10&to=2020-01-09');
    expect(body).toMatchObject({ seq: LONG, closing_balance_paise: 100 * LONG });
    const byHand = body.days.reduce((sum: number, day: Json) => sum + day.adjustments_in_paise, 0);
    expect(byHand).toBe(100 * ADJUSTMENTS);
    expect(await blocks('width_bucket')).toBeLessThan(ADJUSTMENTS * 25);
    expect(await blocks()).toBeLessThan(93 * PAGES + ADJUSTMENTS * 25);
  });

  it.each(['newest_first', 'oldest_first'])(
    'a page in the middle of a statement takes a few pages, %s',
    async (order) => {
      const query = `account=all&from=${second(20_000)}&to=${second(80_000)}&order=${order}&limit=10`;
      const first = await asked(`/ledger?${query}`);
      expect(first.statement).toMatchObject({ opening_seq: 19_999, closing_seq: 79_999 });
      expect(await blocks()).toBeLessThan(3 * PAGES + 200);
      const next = await asked(first.next);
      expect(next.results).toHaveLength(10);
      expect(await blocks()).toBeLessThan(3 * PAGES + 200);
    },
  );

  it('what belongs to one payment takes a few pages', async () => {
    const { results } = await asked(`/ledger?limit=1&to=${second(50_002)}`);
    const found = await asked(`/ledger?cause=payment:${results[0].reference.id}`);
    expect(found.results).toHaveLength(2);
    expect(await blocks()).toBeLessThan(2 * PAGES);
  });

  it('the balance of now takes a few pages', async () => {
    expect(await asked('/balance')).toMatchObject({ seq: LONG, available_paise: 100 * LONG });
    expect(await blocks()).toBeLessThan(PAGES);
  });
});

async function fill(): Promise<void> {
  await bahi.psql.query('BEGIN');
  await fillLedger(bahi.psql, acme.id, LONG);
  // The other transactions stay what they were.
  await bahi.psql.query(
    `UPDATE ledger_transactions SET kind = 'adjustment', reference_type = 'adjustment' WHERE seq % ${LONG / ADJUSTMENTS} = 0`,
  );
  await bahi.psql.query('COMMIT');
}
