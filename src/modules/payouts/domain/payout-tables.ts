import { BookTable } from '../../../shared/book-table.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { PayoutState } from './payout-state.js';
import type { PayoutStatus } from './payout-status.js';

/** Key: the payout's id. */
export const payoutRows = new BookTable<PayoutState>('payouts');

/**
 * Which payout has a merchant's reference. Key: the reference_id; the row is the payout's id. Written with the payout.
 */
export const payoutReferences = new BookTable<string>('payout_references');

/** Whether the bank account that a payout goes to is active. Key: the payout's id. Read-only. */
export const payoutDestinations = new BookTable<boolean>('payout_destinations');

/** Append-only. Key: `<payout id>/<seq>`. */
export const payoutEvents = new BookTable<TimelineRow<PayoutStatus>>('payout_events');
