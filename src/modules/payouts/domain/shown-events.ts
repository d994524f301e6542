import type { PayoutEvent } from './payout-state.js';
import type { PayoutStatus } from './payout-status.js';

type PayoutEventType = `payout.${Exclude<PayoutStatus, 'pending'> | 'requested' | 'needs_attention'}`;

/** A record, so that a status without its event does not compile. */
const OF_PAYOUTS: Readonly<Record<PayoutEventType, true>> = {
  'payout.requested': true,
  'payout.processing': true,
  'payout.completed': true,
  'payout.failed': true,
  'payout.cancelled': true,
  'payout.reversed': true,
  'payout.needs_attention': true,
};

/** The types of the events that the API shows to merchants. */
export const PAYOUT_EVENT_TYPES = Object.keys(OF_PAYOUTS) as readonly PayoutEventType[];

const SHOWN: ReadonlySet<string> = new Set(PAYOUT_EVENT_TYPES);

/** Whether merchants are shown the event: it has a type of the API, and is not a repeated submission. */
export function isShown({ type, from, to }: PayoutEvent): boolean {
  return SHOWN.has(type) && !(type === 'payout.processing' && from === to);
}
