import type { Moment } from '../../../shared/moment.js';
import type { Read } from '../../../shared/book-table.js';
import { type HeldBack, NOT_AS_REQUESTED, NOT_ENDED, WITHOUT_DIGEST } from '../../../shared/submissions/submission.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { causeKey, type HoldVerdict, judgeHold, ledgerCauses } from '../../ledger/ledger.public.js';
import type { Refund } from '../domain/refund.js';
import { refundDigestOf } from '../domain/request-digest.js';

/** The hold of a refund, which {@link holdBack} and {@link refuseToEnd} check. */
export function holdOf(refundId: string): Read {
  return ledgerCauses.row(causeKey('refund_hold', refundId));
}

/**
 * Holds the refund back unless what would be sent now is what was requested, and the money, if any is to be held, is
 * held for it. The book must have read {@link holdOf}.
 * @returns why it is held back, or null
 */
export function holdBack(book: Book, refund: Refund, now: Moment): HeldBack | null {
  const verdict = verdictOn(book, refund);
  if (verdict === 'held') return null;
  refund.holdBack(verdict === 'undigested' ? WITHOUT_DIGEST : NOT_AS_REQUESTED, { now, actor: 'system' });
  return verdict;
}

/**
 * The same check before a person ends the refund. A hold without a digest is no reason to refuse: the amount that is
 * released is the one that is held.
 * @returns whether ending it is refused; then the refund needs attention
 */
export function refuseToEnd(book: Book, refund: Refund, now: Moment): boolean {
  if (verdictOn(book, refund) !== 'differs') return false;
  refund.raiseAttention(NOT_ENDED, { now, actor: 'system' });
  return true;
}

function verdictOn(book: Book, { state, payment }: Refund): HoldVerdict {
  const { id, amountPaise, feePaise, taxPaise } = state;
  const expected = {
    paise: amountPaise - feePaise - taxPaise,
    requestDigest: refundDigestOf(state, payment.state),
  };
  return judgeHold(book.get(ledgerCauses, causeKey('refund_hold', id)), expected);
}
