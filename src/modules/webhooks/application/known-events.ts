import { PAYMENT_EVENT_TYPES, REFUND_EVENT_TYPES } from '../../payments/payments.public.js';
import { PAYOUT_EVENT_TYPES } from '../../payouts/payouts.public.js';

/** All that merchants are shown as events. */
export const EVENT_TYPES = [...PAYOUT_EVENT_TYPES, ...PAYMENT_EVENT_TYPES, ...REFUND_EVENT_TYPES] as const;
export type EventType = (typeof EVENT_TYPES)[number];
