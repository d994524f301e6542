import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { TestBooks } from './write-path.js';
import type { PayoutAnswer, TestMerchant } from './write-process.js';

export const RUPEE = 100n;

/** The books of the spec file that has called `openTestBooks`. */
export let testBooks: TestBooks;

/** Gives a whole spec file its own database, and checks after each test that no payout is half written. */
export function openTestBooks(): void {
  beforeAll(async () => {
    testBooks = await TestBooks.open();
  });
  afterAll(() => testBooks.close());
  afterEach(() => expectNoHalves(testBooks));
}

/** What must always hold: a payout and its hold exist only together, and all events of a payout exist. */
export async function expectNoHalves(testBooks: TestBooks): Promise<void> {
  const halves = await testBooks.superuser.query(`
    SELECT p.id FROM payouts p
    LEFT JOIN ledger_transactions t ON (t.merchant_id, t.reference_id, t.kind) = (p.merchant_id, p.id::text, 'payout_hold')
    WHERE t.seq IS NULL OR p.events <> (SELECT count(*) FROM payout_events e WHERE e.payout_id = p.id)
    UNION ALL
    SELECT t.id FROM ledger_transactions t
    WHERE t.kind = 'payout_hold' AND NOT EXISTS (SELECT FROM payouts p WHERE p.id::text = t.reference_id)`);
  expect(halves).toEqual([]);
}

export const statusesOf = (answers: readonly PayoutAnswer[]): number[] => answers.map(({ status }) => status).sort();
export const idOf = ({ body }: PayoutAnswer): string => (JSON.parse(body) as { id: string }).id;
export const payoutsOf = (testBooks: TestBooks, { id }: TestMerchant): Promise<number> =>
  testBooks.count('payouts WHERE merchant_id = $1', [id]);
export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** The answers, all of which must have arrived. */
export function answersOf<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

export function refusalsOf(results: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}

export async function millisecondsOf(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}
