import { randomUUID } from 'node:crypto';
import { post } from '../../src/modules/ledger/application/post.js';
import {
  adjustment,
  hold,
  type Posting,
  release,
  reversal,
  settlement,
} from '../../src/modules/ledger/domain/ledger.js';
import { credit, refund, refundHold, refundRelease } from '../../src/modules/ledger/domain/payment-postings.js';
import { AdminBooks } from '../../src/platform/group-commit/group-commit.public.js';
import { Money } from '../../src/shared/money.js';
import type { Bahi } from './bahi.js';

/** A posting and its date. */
export interface Dated {
  readonly at: Date;
  readonly posting: Posting;
}

const BY = 'system';

/**
 * Appends to a merchant's book through the service's own write path and then changes the dates, since a test cannot
 * wait for the past. Only the ledger is written.
 */
export async function appendDated(bahi: Bahi, { id }: { readonly id: string }, all: readonly Dated[]): Promise<void> {
  const seqs = await bahi.service.get(AdminBooks).write(id, {
    reads: [],
    decide: (book) => all.map(({ posting }) => post(book, posting).seq),
  });
  for (const [i, { at }] of all.entries())
    await bahi.psql.tamper([
      'UPDATE ledger_transactions SET created_at = $3 WHERE merchant_id = $1 AND seq = $2',
      [id, seqs[i], at],
    ]);
}

/** Every kind of movement, in paise; each under an order of its own. */
export const movements = {
  funding: (paise: bigint): Posting => adjustment(randomUUID(), paise, { actor: BY, reason: 'test' }),
  payment: (gross: bigint, fee: bigint, tax: bigint): Posting =>
    credit(randomUUID(), { gross, fee, tax, net: gross - fee - tax }, BY),
  payout: (paise: bigint, id: string = randomUUID()): Posting[] => [
    hold(id, Money.ofPaise(paise), BY),
    settlement(id, Money.ofPaise(paise), BY),
  ],
  failedPayout: (paise: bigint, id: string = randomUUID()): Posting[] => [
    hold(id, Money.ofPaise(paise), BY),
    release(id, Money.ofPaise(paise), BY),
  ],
  /** @param settledBy the transaction that had settled it */
  returned: (paise: bigint, id: string, settledBy: number): Posting =>
    reversal(id, Money.ofPaise(paise), BY, settledBy),
  refund: (gross: bigint, fee: bigint, tax: bigint, id: string = randomUUID()): Posting[] => [
    refundHold(id, { gross, fee, tax }, BY),
    refund(id, { gross, fee, tax }, BY),
  ],
  failedRefund: (gross: bigint, id: string = randomUUID()): Posting[] => [
    refundHold(id, { gross, fee: 0n, tax: 0n }, BY),
    refundRelease(id, { gross, fee: 0n, tax: 0n }, BY),
  ],
};
