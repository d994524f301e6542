import type { Moment } from '../../../shared/moment.js';
import type { Read } from '../../../shared/book-table.js';
import {
  type HeldBack,
  NOT_AS_REQUESTED,
  NOT_COMPLETED,
  NOT_ENDED,
  WITHOUT_DIGEST,
} from '../../../shared/submissions/submission.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { causeKey, type HoldVerdict, judgeHold, ledgerCauses } from '../../ledger/ledger.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { requestDigestOf } from '../domain/request-digest.js';

/** The hold of a payout, which {@link holdBack} and {@link refuseToEnd} check. */
export function holdOf(payoutId: string): Read {
  return ledgerCauses.row(causeKey('payout_hold', payoutId));
}

/**
 * Holds the payout back unless what would be sent now, its recipient included, is what was requested and held for.
 * A payout without a hold was not requested. The book must have read {@link holdOf}.
 * @returns why it is held back, or null
 */
export function holdBack(book: Book, payout: Payout, now: Moment): HeldBack | null {
  const verdict = verdictOn(book, payout.state);
  if (verdict === 'held') return null;
  payout.holdBack(verdict === 'undigested' ? WITHOUT_DIGEST : NOT_AS_REQUESTED, { now, actor: 'system' });
  return verdict;
}

/**
 * The same check before a person ends the payout. A hold without a digest of the request may be released if the amount
 * is the same, but not settled as paid, because nothing proves whom it was for.
 * @param isPaid the payout is to be completed
 * @returns whether ending it is refused; then the payout needs attention
 */
export function refuseToEnd(book: Book, payout: Payout, now: Moment, isPaid: boolean): boolean {
  const verdict = verdictOn(book, payout.state);
  if (verdict === 'held' || (verdict === 'undigested' && !isPaid)) return false;
  payout.raiseAttention(verdict === 'undigested' ? NOT_COMPLETED : NOT_ENDED, { now, actor: 'system' });
  return true;
}

function verdictOn(book: Book, state: PayoutState): HoldVerdict {
  const expected = { paise: state.amount.paise, requestDigest: requestDigestOf(state) };
  return judgeHold(book.get(ledgerCauses, causeKey('payout_hold', state.id)), expected);
}
