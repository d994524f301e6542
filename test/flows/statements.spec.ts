import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VerifyBooks } from '../../src/modules/ledger/ledger.public.js';
import { adjustment } from '../../src/modules/ledger/domain/ledger.js';
import { Bahi } from '../support/bahi.js';
import type { Json } from '../support/client.js';
import { appendDated, movements } from '../support/dated-ledger.js';
import { expectProblem } from '../support/http-test-client.js';
import type { Merchant } from '../support/merchant.js';

let bahi: Bahi;
let acme: Merchant;
const payout = randomUUID();
const refund = randomUUID();

const minute = (n: number): Date => new Date(Date.UTC(2026, 0, 5, 10, n));
const iso = (n: number): string => minute(n).toISOString();

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  acme = await bahi.aMerchant({ accounts: [] });
  const [refundHold, refunded] = movements.refund(50_00n, 1_00n, 18n, refund);
  const postings = [
    movements.funding(1_000_00n),
    ...movements.payout(400_00n, payout),
    movements.payment(200_00n, 4_00n, 72n),
    refundHold!,
    refunded!,
    movements.returned(400_00n, payout, 3),
    ...movements.failedPayout(10_00n),
    // Made by hand, under the id of a payout.
    adjustment(payout, 1n, { actor: 'system', reason: 'by hand' }),
  ];
  await appendDated(
    bahi,
    acme,
    postings.map((posting, i) => ({ posting, at: minute(i) })),
  );
});

afterAll(() => bahi.close());

/** Every page of a list, from the first to the last and back again: both directions have the same lines. */
async function allLines(path: string): Promise<{ lines: Json[]; statement: Json }> {
  const pages: Json[] = [];
  for (let next: string | null = `${path}&limit=3`; next !== null; next = pages.at(-1).next)
    pages.push((await acme.api.get(next)).body);
  const lines = pages.flatMap(({ results }) => results as Json[]);
  const back: Json[] = pages.at(-1).results;
  for (let previous: string | null = pages.at(-1).previous; previous !== null;) {
    const { body } = await acme.api.get(previous);
    back.unshift(...(body.results as Json[]));
    previous = body.previous as string | null;
  }
  expect(back).toEqual(lines);
  for (const { statement } of pages) expect({ ...statement, as_of: '' }).toEqual({ ...pages[0].statement, as_of: '' });
  return { lines, statement: pages[0].statement };
}

describe('a statement', () => {
  it.each(['newest_first', 'oldest_first'])('leads from the opening to the closing balance, %s', async (order) => {
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [1, 4],
      [3, 9],
      [0, 60],
    ] as const)
      for (const account of ['available', 'held', 'paid_out', 'received', 'fees', 'taxes', 'all']) {
        const query = `account=${account}&from=${iso(from)}&to=${iso(to)}&order=${order}`;
        const { lines, statement } = await allLines(`/ledger?${query}`);
        expect(statement).toMatchObject({
          from: iso(from),
          to: iso(to),
          opening_seq: from,
          closing_seq: Math.min(to, 10),
        });
        for (const one of statement.accounts) {
          const own = lines.filter((line) => line.account === one.account);
          if (order === 'newest_first') own.reverse();
          let running = one.opening_balance_paise;
          for (const line of own) {
            running += line.amount_paise;
            expect(line.balance_after_paise).toBe(running);
            expect(line.seq > from && line.seq <= to).toBe(true);
          }
          expect(running).toBe(one.closing_balance_paise);
        }
        const seqs = lines.map(({ seq }) => seq);
        expect(seqs).toEqual([...seqs].sort((a, b) => (order === 'oldest_first' ? a - b : b - a)));
      }
  });

  it.each(['available', 'all'])('skips as many lines as are asked for, of %s', async (account) => {
    const query = `/ledger?account=${account}`;
    const { lines } = await allLines(query);
    const { body } = await acme.api.get(`${query}&limit=2&offset=4`);
    expect(body.results).toEqual(lines.slice(4, 6));
    expect((await acme.api.get(body.next)).body.results).toEqual(lines.slice(6, 8));
    expect((await acme.api.get(body.previous)).body.results).toEqual(lines.slice(2, 4));
  });

  it('has the accounts that are asked for, each with what the ledger comes to', async () => {
    const { body } = await acme.api.get(`/ledger?account=all&from=${iso(1)}&to=${iso(4)}`);
    expect(body.statement.accounts).toEqual([
      { account: 'available', opening_balance_paise: 1_000_00, closing_balance_paise: 795_28 },
      { account: 'held', opening_balance_paise: 0, closing_balance_paise: 0 },
      { account: 'paid_out', opening_balance_paise: 0, closing_balance_paise: 400_00 },
      { account: 'received', opening_balance_paise: -1_000_00, closing_balance_paise: -1_200_00 },
      { account: 'fees', opening_balance_paise: 0, closing_balance_paise: 4_00 },
      { account: 'taxes', opening_balance_paise: 0, closing_balance_paise: 72 },
    ]);
    const { body: one } = await acme.api.get('/ledger?account=held');
    expect(one.statement).toMatchObject({ from: null, to: null, opening_seq: 0, closing_seq: 10 });
    expect(one.statement.accounts).toEqual([{ account: 'held', opening_balance_paise: 0, closing_balance_paise: 0 }]);
  });

  it('names the head of the book as verify does, whatever the period', async () => {
    const heads: string[] = [];
    for await (const book of bahi.service.get(VerifyBooks).execute(acme.id)) heads.push(book.head);
    const { body } = await acme.api.get(`/ledger?to=${iso(1)}`);
    expect([`${body.statement.head.seq}:${body.statement.head.hash}`]).toEqual(heads);
    const { body: empty } = await (await bahi.aMerchant({ accounts: [] })).api.get('/ledger');
    expect(empty).toMatchObject({ results: [], statement: { head: { seq: 0, hash: '0'.repeat(64) } } });
  });

  it('says of each line what it is about, why a person has made it, and what it takes back', async () => {
    const { lines } = await allLines('/ledger?order=oldest_first');
    expect(lines.map(({ kind, reference: { type } }) => `${kind} ${type}`)).toEqual([
      'adjustment adjustment',
      'payout_hold payout',
      'payment payment',
      'refund_hold refund',
      'payout_reversal payout',
      'payout_hold payout',
      'payout_release payout',
      'adjustment adjustment',
    ]);
    expect(lines[1].reference).toEqual({ type: 'payout', id: payout });
    expect(lines.map(({ reverses_seq: seq }) => seq)).toEqual([null, null, null, null, 3, null, null, null]);
    expect([lines[0].reason, lines[1].reason]).toEqual(['test', null]);
  });

  it('stays in order while payouts go on', async () => {
    const busy = await bahi.aMerchant({ rupees: 500 });
    const seen: Json[] = [];
    const payouts = await Promise.all(Array.from({ length: 8 }, () => busy.aPayout(10)));
    const ends = Promise.all(payouts.map(({ id }) => busy.until(id, 'completed')));
    let paying = true;
    void ends.finally(() => (paying = false)).catch(() => undefined);
    while (paying) seen.push((await busy.api.get('/ledger?account=all&limit=100')).body);
    await ends;
    for (const { results, statement } of seen) {
      expect(results[0].seq).toBe(statement.closing_seq);
      for (const { account, closing_balance_paise } of statement.accounts) {
        const newest = results.find((line: Json) => line.account === account);
        expect(closing_balance_paise).toBe(newest?.balance_after_paise ?? 0);
      }
    }
  });
});

describe('the ledger entries of one thing', () => {
  const of = async (cause: string, more = ''): Promise<string[]> => {
    const { status, body } = await acme.api.get(`/ledger?cause=${cause}&order=oldest_first${more}`);
    expect([cause, status, body.statement]).toEqual([cause, 200, null]);
    return body.results.map((line: Json) => `${line.seq} ${line.kind} ${line.account} ${line.amount_paise}`);
  };

  it('are all of it, on all accounts, and nothing of what has its id by chance', async () => {
    expect(await of(`payout:${payout}`)).toEqual([
      '2 payout_hold available -40000',
      '2 payout_hold held 40000',
      '3 payout_settlement held -40000',
      '3 payout_settlement paid_out 40000',
      '7 payout_reversal available 40000',
      '7 payout_reversal paid_out -40000',
    ]);
    expect(await of(`adjustment:${payout}`)).toEqual(['10 adjustment available 1', '10 adjustment received -1']);
    expect(await of(`refund:${refund.toUpperCase()}`, '&account=available')).toEqual(['5 refund_hold available -4882']);
    expect(await of(`payment:${payout}`)).toEqual([]);
  });

  it('have pages both ways', async () => {
    const { lines } = await allLines(`/ledger?cause=payout:${payout}`);
    expect(lines).toHaveLength(6);
    expect((await allLines(`/ledger?cause=payout:${payout}&order=oldest_first`)).lines).toHaveLength(6);
  });

  it('are those of a payout that was really made', async () => {
    const shop = await bahi.aMerchant({ rupees: 100 });
    const { id } = await shop.aPayout(40);
    await shop.until(id, 'completed');
    const { body } = await shop.api.get(`/ledger?cause=payout:${id}`);
    expect(body.results.map((line: Json) => line.kind)).toEqual([
      ...['payout_settlement', 'payout_settlement', 'payout_hold', 'payout_hold'],
    ]);
    expect((await acme.api.get(`/ledger?cause=payout:${id}`)).body.results).toEqual([]);
    const operator = bahi.asOperator();
    expect((await operator.get(`/ledger?cause=payout:${id}`, { merchant: shop })).body.results).toHaveLength(4);
  });
});

describe('a wrong question', () => {
  it.each([
    ['from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
    ['from=2026-02-30T00:00:00Z', 'from'],
    ['to=yesterday', 'to'],
    ['to=9999-12-31T23:59:59-00:01', 'to'],
    ['from=0000-01-01T00:00:00%2B00:01', 'from'],
    ['order=up', 'order'],
    ['cause=payout', 'cause'],
    ['cause=order:1', 'cause'],
    ['cause=payout:', 'cause'],
    ['account=cash', 'account'],
  ])('%s is refused', async (query, field) => {
    const answer = await acme.api.get(`/ledger?${query}`);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].pointer).toBe(`#/query/${field}`);
  });

  it('a cause of an unknown kind is refused with the kinds that there are', async () => {
    const { body } = await acme.api.get('/ledger?cause=order:1');
    expect(body.errors[0].detail).toContain('(payout, payment, refund, adjustment, then a colon and an id)');
  });

  it('a cursor of another period or order is refused', async () => {
    const { body } = await acme.api.get(`/ledger?account=all&limit=2&from=${iso(1)}`);
    for (const filters of [
      `account=all&limit=2&from=${iso(2)}`,
      `account=all&limit=2&from=${iso(1)}&order=oldest_first`,
    ])
      expectProblem(await acme.api.get(`/ledger?${filters}&cursor=${body.next_cursor}`), 400, 'cursor_invalid');
  });
});
