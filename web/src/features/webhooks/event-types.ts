import type { CreateWebhookEndpointBody } from '../../api/generated/types.gen.ts';

export type EventType = NonNullable<CreateWebhookEndpointBody['event_types']>[number];

/** If the service has a type that is missing here, this does not compile. */
const TYPES: Readonly<Record<EventType, true>> = {
  'payout.requested': true,
  'payout.processing': true,
  'payout.completed': true,
  'payout.failed': true,
  'payout.cancelled': true,
  'payout.reversed': true,
  'payout.needs_attention': true,
  'payment.created': true,
  'payment.processing': true,
  'payment.succeeded': true,
  'payment.partially_refunded': true,
  'payment.refunded': true,
  'payment.failed': true,
  'payment.needs_attention': true,
  'refund.requested': true,
  'refund.succeeded': true,
  'refund.failed': true,
  'refund.needs_attention': true,
  'webhook_endpoint.turned_off': true,
  'balance.low': true,
};

export const EVENT_TYPES = Object.keys(TYPES) as readonly EventType[];
