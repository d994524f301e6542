import { BALANCE_EVENT_TYPES } from '../../ledger/ledger.public.js';
import { PAYMENT_EVENT_TYPES, REFUND_EVENT_TYPES } from '../../payments/payments.public.js';
import { PAYOUT_EVENT_TYPES } from '../../payouts/payouts.public.js';

/** Bahi itself has switched an endpoint off; no other change of an endpoint is an event. */
export const ENDPOINT_TURNED_OFF = 'webhook_endpoint.turned_off';

/** All types of events that merchants are shown. */
export const EVENT_TYPES = [
  ...PAYOUT_EVENT_TYPES,
  ...PAYMENT_EVENT_TYPES,
  ...REFUND_EVENT_TYPES,
  ENDPOINT_TURNED_OFF,
  ...BALANCE_EVENT_TYPES,
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
