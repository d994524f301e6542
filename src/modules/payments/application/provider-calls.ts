import type { Origin } from '../../../shared/origin.js';
import { type Charge, monotonicNow, type PaymentGateways, type RefundOrder } from '../../gateways/gateways.public.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';

/** What the provider is asked to charge, the same in every attempt. */
export function chargeOf(state: PaymentState): Charge {
  const { id, amountMinor, currency, credit, quoteId, description, customer, purposeCode } = state;
  const quote = currency === 'INR' ? null : { rate: credit!.rate, id: quoteId };
  return { reference: id, amountMinor, currency, quote, description, customer, purposeCode };
}

/** What the provider is asked to give back, the same in every attempt. */
export function refundOrderOf({ id, amountMinor }: RefundState, payment: PaymentState): RefundOrder {
  const { id: chargeReference, providerId, currency } = payment;
  return { reference: id, chargeReference, chargeProviderId: providerId!, amountMinor, currency };
}

/** A payment, or one of its refunds: what a provider is asked about. */
export interface PaymentOrRefund {
  readonly payment: PaymentState;
  /** Null: the payment itself. */
  readonly refund: RefundState | null;
}

/**
 * Asks the provider what became of a payment or a refund that it has.
 * @param origin the request that the inquiry goes back to; null: none
 * @param hint the provider's own id of it, as a callback names it; it may differ from the stored one
 * @returns the call, and the answer to it
 */
export async function inquireAbout(
  gateways: PaymentGateways,
  order: PaymentOrRefund,
  origin: Origin | null = null,
  hint: string | null = null,
) {
  const { payment, refund } = order;
  const attempt = (refund ?? payment).attempts;
  const call = { kind: 'inquiry', gateway: payment.gateway!, attempt, askedAtMs: monotonicNow() } as const;
  return { call, answer: await answerAbout(gateways, order, origin, hint) };
}

/** The answer of {@link inquireAbout}. */
export function answerAbout(
  gateways: PaymentGateways,
  { payment, refund }: PaymentOrRefund,
  origin: Origin | null,
  hint: string | null = null,
): Promise<ProviderAnswer> {
  const { id: reference, amountMinor, providerId } = refund ?? payment;
  const gateway = payment.gateway!;
  const named = { reference, amountMinor, currency: payment.currency, providerId: hint ?? providerId };
  if (refund === null) return gateways.inquireCharge(gateway, named, origin);
  return gateways.inquireRefund(gateway, { ...named, chargeProviderId: payment.providerId! }, origin);
}
