import type { Moment } from '../../../shared/moment.js';
import type { Read } from '../../../shared/book-table.js';
import { NOT_ENDED } from '../../../shared/submission.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { causeKey, isHeldFor, ledgerCauses } from '../../ledger/ledger.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { requestDigestOf } from '../domain/request-digest.js';

/** The hold of a payout: what {@link holdBack} and {@link refuseToEnd} look at. */
export function holdOf(payoutId: string): Read {
  return ledgerCauses.row(causeKey('payout_hold', payoutId));
}

/**
 * Holds the payout back unless what would be sent now, its recipient included, is what was requested and held for.
 * Nobody has requested a payout without a hold. The book must have read {@link holdOf}.
 * @returns whether it is held back
 */
export function holdBack(book: Book, payout: Payout, now: Moment): boolean {
  if (isAsRequested(book, payout.state)) return false;
  payout.holdBack({ now, actor: 'system' });
  return true;
}

/** The same before somebody ends it. @returns whether that is refused; then it needs attention */
export function refuseToEnd(book: Book, payout: Payout, now: Moment): boolean {
  if (isAsRequested(book, payout.state)) return false;
  payout.raiseAttention(NOT_ENDED, { now, actor: 'system' });
  return true;
}

function isAsRequested(book: Book, state: PayoutState): boolean {
  const expected = { paise: state.amount.paise, requestDigest: requestDigestOf(state) };
  return isHeldFor(book.get(ledgerCauses, causeKey('payout_hold', state.id)), expected);
}
