import type { PayoutEvent } from './payout-state.js';
import type { PayoutStatus } from './payout-status.js';

/** What merchants are shown as events of the API. */
export const PAYOUT_EVENT_TYPES = [
  'payout.requested',
  'payout.processing',
  'payout.completed',
  'payout.failed',
  'payout.cancelled',
  'payout.reversed',
  'payout.needs_attention',
] as const satisfies readonly `payout.${PayoutStatus | 'requested' | 'needs_attention'}`[];

/** The request, each change of the status, and that somebody must look. Not that it was submitted once more. */
export function isShown({ type, from, to }: PayoutEvent): boolean {
  return type === 'payout.needs_attention' || from !== to;
}
