import type { Moment } from '../../../shared/moment.js';
import type { Read } from '../../../shared/book-table.js';
import { NOT_ENDED } from '../../../shared/submission.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { causeKey, isHeldFor, ledgerCauses } from '../../ledger/ledger.public.js';
import type { Refund } from '../domain/refund.js';
import { refundDigestOf } from '../domain/request-digest.js';

/** The hold of a refund: what {@link holdBack} and {@link refuseToEnd} look at. */
export function holdOf(refundId: string): Read {
  return ledgerCauses.row(causeKey('refund_hold', refundId));
}

/**
 * Holds the refund back unless what would be sent now is what was requested, and the money is held for it, where there
 * is any to be held. The book must have read {@link holdOf}.
 * @returns whether it is held back
 */
export function holdBack(book: Book, refund: Refund, now: Moment): boolean {
  if (isAsRequested(book, refund)) return false;
  refund.holdBack({ now, actor: 'system' });
  return true;
}

/** The same before somebody ends it. @returns whether that is refused; then it needs attention */
export function refuseToEnd(book: Book, refund: Refund, now: Moment): boolean {
  if (isAsRequested(book, refund)) return false;
  refund.raiseAttention(NOT_ENDED, { now, actor: 'system' });
  return true;
}

function isAsRequested(book: Book, { state, payment }: Refund): boolean {
  const { id, amountPaise, feePaise, taxPaise } = state;
  const expected = {
    paise: amountPaise - feePaise - taxPaise,
    requestDigest: refundDigestOf(state, payment.state),
  };
  return isHeldFor(book.get(ledgerCauses, causeKey('refund_hold', id)), expected);
}
