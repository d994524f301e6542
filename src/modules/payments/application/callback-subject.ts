import { parseUuid } from '../../../shared/ids.js';
import { differenceFromOrder, type PaymentGateways, type StoredCallback } from '../../gateways/gateways.public.js';
import type { PaymentReader } from '../domain/payment-reader.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import { inquireAboutPayment, inquireAboutRefund } from './provider-calls.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';

export type ProviderCallback = Exclude<StoredCallback, { readonly subject: 'payout' }>;

/** What a provider's callback is about. */
export interface CallbackSubject {
  readonly payment: PaymentState;
  /** Null: it is about the payment itself. */
  readonly refund: RefundState | null;
}

/** @returns null if no book has what the callback is about */
export async function subjectOf(
  payments: PaymentReader,
  { subject, reference }: ProviderCallback,
): Promise<CallbackSubject | null> {
  const id = parseUuid(reference);
  if (id === null) return null;
  const refund = subject === 'refund' ? await payments.findRefund(null, id) : null;
  if (subject === 'refund' && refund === null) return null;
  const payment = await payments.find(refund?.merchantId ?? null, refund?.paymentId ?? id);
  return payment === null ? null : { payment, refund };
}

/** How the callback differs from the order that was submitted, or null. What it leaves out is not compared. */
export function differenceOf({ payment, refund }: CallbackSubject, { amountMinor, currency }: ProviderCallback) {
  const submitted = { amountMinor: (refund ?? payment).amountMinor, currency: payment.currency };
  const reported = { ...(amountMinor === null ? {} : { amountMinor }), ...(currency === null ? {} : { currency }) };
  return differenceFromOrder(submitted, reported);
}

/** Asks the provider what became of the order. @param hint the provider's own id, as the callback names it */
export function inquireAbout(
  gateways: PaymentGateways,
  { payment, refund }: CallbackSubject,
  hint: string | null,
): Promise<ProviderAnswer> {
  if (refund === null) return inquireAboutPayment(gateways, payment, null, hint);
  return inquireAboutRefund(gateways, refund, payment, null, hint);
}
