import { z } from 'zod';
import { unrecognizedStatus } from '../domain/callback-events.js';
import type { ProviderCallbackEnding } from '../domain/payment-gateway.js';
import { paymentFailureOf, type ProviderFailureCode } from '../domain/provider-failures.js';
import type { PaymentFailure } from '../gateways.language.js';

const ERROR = z.object({
  type: z.string(),
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
});
export type StripeError = z.infer<typeof ERROR>;
export const STRIPE_ERROR = z.object({ error: ERROR });

/** A PaymentIntent (https://docs.stripe.com/api/payment_intents/object). Only the fields that are read are checked. */
export const STRIPE_INTENT = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  amount: z.number().int().positive(),
  currency: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.string()),
  last_payment_error: ERROR.nullish(),
});
type StripeIntent = z.infer<typeof STRIPE_INTENT>;

/** A Refund (https://docs.stripe.com/api/refunds/object). */
export const STRIPE_REFUND = z.object({
  object: z.literal('refund'),
  id: z.string(),
  amount: z.number().int().positive(),
  currency: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.string()),
});
type StripeRefund = z.infer<typeof STRIPE_REFUND>;

/** The documented forms of ids. An id becomes part of a URL's path, where one of another form could lead anywhere. */
const IDS = { payment_intent: /^pi_\w{1,250}$/, refund: /^(?:re|pyr)_\w{1,250}$/ } as const;

export function isStripeId(object: keyof typeof IDS, id: string | null): boolean {
  return id !== null && IDS[object].test(id);
}

export const STRIPE_LIST = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), has_more: z.boolean() });

/** An FX Quote (https://docs.stripe.com/api/fx_quotes/object). */
export const STRIPE_QUOTE = z.object({
  id: z.string(),
  lock_status: z.literal('active'),
  rates: z.record(z.string(), z.object({ exchange_rate: z.number().positive() })),
});

/** Codes and decline codes (https://docs.stripe.com/declines/codes, https://docs.stripe.com/error-codes). */
const REASONS: Readonly<Record<string, ProviderFailureCode>> = {
  insufficient_funds: 'payer_insufficient_funds',
  expired_card: 'expired_card',
  authentication_required: 'authentication_required',
  card_declined: 'card_declined',
  resource_missing: 'payment_method_invalid',
  payment_method_unactivated: 'payment_method_invalid',
  charge_already_refunded: 'refund_not_possible',
  charge_disputed: 'refund_not_possible',
};

export function stripeFailure({ type, code, decline_code }: StripeError): PaymentFailure {
  const known = REASONS[decline_code ?? ''] ?? REASONS[code ?? ''];
  return paymentFailureOf(known ?? (type === 'card_error' ? 'card_declined' : 'provider_refused'));
}

/**
 * Statuses: https://docs.stripe.com/payments/paymentintents/lifecycle. An intent with `requires_payment_method` has
 * failed only if it carries an error: for a moment every new intent has this status. An undocumented status is
 * `unrecognized`.
 */
export function intentEnding({ id, status, last_payment_error }: StripeIntent): ProviderCallbackEnding {
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded', providerId: id };
    case 'canceled':
      return { kind: 'rejected', failure: failureOrDecline(last_payment_error) };
    case 'requires_payment_method':
      return last_payment_error
        ? { kind: 'rejected', failure: stripeFailure(last_payment_error) }
        : { kind: 'pending', code: status };
    case 'processing':
    case 'requires_confirmation':
    case 'requires_action':
    case 'requires_capture':
      return { kind: 'pending', code: status };
    default:
      return unrecognizedStatus(status);
  }
}

/** An undocumented status is `unrecognized`. */
export function refundEnding({ id, status }: StripeRefund): ProviderCallbackEnding {
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded', providerId: id };
    case 'failed':
    case 'canceled':
      return { kind: 'rejected', failure: paymentFailureOf('refund_not_possible') };
    case 'pending':
    case 'requires_action':
      return { kind: 'pending', code: status };
    default:
      return unrecognizedStatus(status);
  }
}

function failureOrDecline(error: StripeError | null | undefined): PaymentFailure {
  return error ? stripeFailure(error) : paymentFailureOf('card_declined');
}
