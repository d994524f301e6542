import { BALANCE_EVENT_TYPES } from '../../ledger/ledger.public.js';
import { PAYMENT_EVENT_TYPES, REFUND_EVENT_TYPES } from '../../payments/payments.public.js';
import { PAYOUT_EVENT_TYPES } from '../../payouts/payouts.public.js';

/** An endpoint was switched off by Bahi itself; no other change of one is an event. */
export const ENDPOINT_TURNED_OFF = 'webhook_endpoint.turned_off';

/** All that merchants are shown as events. */
export const EVENT_TYPES = [
  ...PAYOUT_EVENT_TYPES,
  ...PAYMENT_EVENT_TYPES,
  ...REFUND_EVENT_TYPES,
  ENDPOINT_TURNED_OFF,
  ...BALANCE_EVENT_TYPES,
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
