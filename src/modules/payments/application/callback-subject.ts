import { parseUuid } from '../../../shared/ids.js';
import { differenceFromOrder, type StoredCallback } from '../../gateways/gateways.public.js';
import type { PaymentReader } from '../domain/payment-reader.js';
import type { PaymentOrRefund } from './provider-calls.js';

export type ProviderCallback = Exclude<StoredCallback, { readonly subject: 'payout' }>;

/** What the callback is about. @returns null if no book has it */
export async function subjectOf(
  payments: PaymentReader,
  { subject, reference }: ProviderCallback,
): Promise<PaymentOrRefund | null> {
  const id = parseUuid(reference);
  if (id === null) return null;
  const refund = subject === 'refund' ? await payments.findRefund(null, id) : null;
  if (subject === 'refund' && refund === null) return null;
  const payment = await payments.find(refund?.merchantId ?? null, refund?.paymentId ?? id);
  return payment === null ? null : { payment, refund };
}

/** How the callback differs from the order that was submitted, or null. What it leaves out is not compared. */
export function differenceOf({ payment, refund }: PaymentOrRefund, { amountMinor, currency }: ProviderCallback) {
  const submitted = { amountMinor: (refund ?? payment).amountMinor, currency: payment.currency };
  const reported = { amountMinor: amountMinor ?? undefined, currency: currency ?? undefined };
  return differenceFromOrder(submitted, reported);
}

/** The callback as a call. It counts as a call about the last attempt, whichever that is. */
export function callOf({ payment, refund }: PaymentOrRefund, { gateway, receivedAt }: ProviderCallback) {
  return { kind: 'callback', gateway, attempt: (refund ?? payment).attempts, askedAt: receivedAt } as const;
}
