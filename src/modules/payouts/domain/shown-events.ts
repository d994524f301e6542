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

/** What merchants are shown as events of the API. */
export const PAYOUT_EVENT_TYPES = Object.keys(OF_PAYOUTS) as readonly PayoutEventType[];

const SHOWN: ReadonlySet<string> = new Set(PAYOUT_EVENT_TYPES);

/** What has a type of the API, but for the submission that is repeated. */
export function isShown({ type, from, to }: PayoutEvent): boolean {
  return SHOWN.has(type) && !(type === 'payout.processing' && from === to);
}
