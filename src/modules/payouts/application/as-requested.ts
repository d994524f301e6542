import type { Moment } from '../../../shared/moment.js';
import type { Read } from '../../../shared/book-table.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { causeKey, isHeldFor, ledgerCauses } from '../../ledger/ledger.public.js';
import type { Payout } from '../domain/payout.js';
import { requestDigestOf } from '../domain/request-digest.js';

/** The hold of a payout: what {@link holdBack} looks at. */
export function holdOf(payoutId: string): Read {
  return ledgerCauses.row(causeKey('payout_hold', payoutId));
}

/**
 * Holds the payout back unless what would be sent now, its recipient included, is what was requested and held for.
 * Nobody has requested a payout without a hold. The book must have read {@link holdOf}.
 * @returns whether it is held back
 */
export function holdBack(book: Book, payout: Payout, now: Moment): boolean {
  const { id, amount } = payout.state;
  const expected = { paise: amount.paise, requestDigest: requestDigestOf(payout.state) };
  if (isHeldFor(book.get(ledgerCauses, causeKey('payout_hold', id)), expected)) return false;
  payout.holdBack({ now, actor: 'system' });
  return true;
}
