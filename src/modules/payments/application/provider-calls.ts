import type { Origin } from '../../../shared/origin.js';
import type { Charge, PaymentGateways, RefundOrder } from '../../gateways/gateways.public.js';
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

/**
 * Asks the provider what became of a payment.
 * @param hint the provider's own id of the payment, as a callback names it; it may differ from the stored one
 */
export function inquireAboutPayment(
  gateways: PaymentGateways,
  { id: reference, amountMinor, currency, providerId, gateway }: PaymentState,
  origin: Origin | null = null,
  hint: string | null = null,
): Promise<ProviderAnswer> {
  return gateways.inquireCharge(gateway!, { reference, amountMinor, currency, providerId: hint ?? providerId }, origin);
}

/** Asks the provider what became of a refund; `hint` as above. */
export function inquireAboutRefund(
  gateways: PaymentGateways,
  { id: reference, amountMinor, providerId }: RefundState,
  { currency, gateway, providerId: chargeProviderId }: PaymentState,
  origin: Origin | null = null,
  hint: string | null = null,
): Promise<ProviderAnswer> {
  const named = { reference, amountMinor, currency, providerId: hint ?? providerId };
  return gateways.inquireRefund(gateway!, { ...named, chargeProviderId: chargeProviderId! }, origin);
}
