import { BookTable } from '../../../shared/book-table.js';
import type { PayoutEvent, PayoutState } from './payout-state.js';

/** Key: the payout's id. */
export const payoutRows = new BookTable<PayoutState>('payouts');

/** Which payout carries a merchant's reference. Key: the reference_id; the row is the payout's id. Read only. */
export const payoutReferences = new BookTable<string>('payout_references');

export interface PayoutEventRow extends PayoutEvent {
  readonly payoutId: string;
  readonly seq: number;
}

/** Appended only. Key: `<payout id>/<seq>`. */
export const payoutEvents = new BookTable<PayoutEventRow>('payout_events');
