import { sha256 } from '../../../shared/sha256.js';
import type { Origin } from '../../../shared/origin.js';
import type { Charge, PaymentGateways, RefundOrder } from '../../gateways/gateways.public.js';
import type { AnswerRecord, PaymentState, RefundState } from '../domain/payment-state.js';
import type { AnsweredCall, ProviderAnswer } from '../domain/settlement.js';

/** A call to the provider that has ended. */
export interface EndedCall extends AnsweredCall {
  readonly askedAt: Date;
}

/** What the provider is asked to charge, in every attempt. */
export function chargeOf(state: PaymentState): Charge {
  const { id, amountMinor, currency, credit, quoteId, description, customer, purposeCode } = state;
  const quote = currency === 'INR' ? null : { rate: credit!.rate, id: quoteId };
  return { reference: id, amountMinor, currency, quote, description, customer, purposeCode };
}

/** What the provider is asked to give back, in every attempt. */
export function refundOrderOf({ id, amountMinor }: RefundState, payment: PaymentState): RefundOrder {
  const { id: chargeReference, providerId, currency } = payment;
  return { reference: id, chargeReference, chargeProviderId: providerId!, amountMinor, currency };
}

/**
 * Asks the provider what became of a payment, or of one of its refunds.
 * @param hint the provider's own id of it, as a callback has named it
 */
export function inquireAbout(
  gateways: PaymentGateways,
  payment: PaymentState,
  refund: RefundState | null,
  origin: Origin | null = null,
  hint: string | null = null,
): Promise<ProviderAnswer> {
  const { gateway, currency } = payment;
  const { id: reference, amountMinor, providerId } = refund ?? payment;
  const of = { reference, amountMinor, currency, providerId: providerId ?? hint };
  if (refund === null) return gateways.inquireCharge(gateway!, of, origin);
  return gateways.inquireRefund(gateway!, { ...of, chargeProviderId: payment.providerId! }, origin);
}

/** What the provider has said, as the timeline keeps it. */
export function answerRecord({ kind, gateway, attempt, askedAt }: EndedCall, answer: ProviderAnswer): AnswerRecord {
  const { digest, ...said } = answer;
  const computed = (): string => Buffer.from(sha256(JSON.stringify(said))).toString('hex');
  return {
    ...{ kind, gateway, attempt, ending: said.kind, reason: reasonOf(answer) },
    ...{ response_digest: digest ?? computed(), asked_at: askedAt.toISOString() },
  };
}

function reasonOf(answer: ProviderAnswer): string | null {
  switch (answer.kind) {
    case 'rejected':
      return answer.failure.code;
    case 'pending':
      return answer.code ?? null;
    case 'unknown':
      return answer.why;
    case 'succeeded':
    case 'not_found':
      return null;
  }
}
