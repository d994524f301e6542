import {
  ENDED_BY_OPERATOR,
  NOT_ACCEPTED_BY_PROVIDER,
  PAYMENT_CANCELLED,
  type PaymentFailure,
} from '../gateways.language.js';

interface ProviderFailure extends Omit<PaymentFailure, 'code'> {
  /** What the merchant should do next. */
  readonly nextAction: string;
}

const OTHER_METHOD = 'Ask the payer for another payment method, and make a new payment.';
const CONTACT_OPERATOR = 'Tell the operator, with the id of the payment.';

/**
 * Why payments and refunds fail, in one vocabulary for all providers. Declines follow Stripe's
 * (https://docs.stripe.com/declines/codes).
 */
export const PROVIDER_FAILURES = {
  card_declined: {
    reason: 'The payer’s bank declined the charge.',
    source: 'payer',
    retryable: true,
    nextAction: 'Ask the payer to talk to the bank, or for another payment method.',
  },
  payer_insufficient_funds: {
    reason: 'The payer’s account does not cover the amount.',
    source: 'payer',
    retryable: true,
    nextAction: OTHER_METHOD,
  },
  expired_card: { reason: 'The card has expired.', source: 'payer', retryable: false, nextAction: OTHER_METHOD },
  authentication_required: {
    reason: 'The payer’s bank wants the payer to confirm the charge, which is not possible here.',
    source: 'payer',
    retryable: false,
    nextAction: OTHER_METHOD,
  },
  payment_method_required: {
    reason: 'The provider needs to know what to charge, and the payment names no payment method.',
    source: 'business',
    retryable: false,
    nextAction: 'Make a new payment that names customer.payment_method.',
  },
  payment_method_invalid: {
    reason: 'The provider does not know the payment method, or it cannot be charged.',
    source: 'business',
    retryable: false,
    nextAction: OTHER_METHOD,
  },
  provider_refused: {
    reason: 'The payment provider refused the request.',
    source: 'gateway',
    retryable: false,
    nextAction: CONTACT_OPERATOR,
  },
  quote_expired: {
    reason: 'The exchange rate that the charge was promised has expired.',
    source: 'gateway',
    retryable: true,
    nextAction: 'Make a new payment.',
  },
  refund_not_possible: {
    reason: 'The provider cannot give the money back to the payer.',
    source: 'gateway',
    retryable: false,
    nextAction: 'Pay the payer back by another way.',
  },
  not_accepted_by_provider: { ...NOT_ACCEPTED_BY_PROVIDER, nextAction: 'Ask again.' },
  failed_by_operator: { ...ENDED_BY_OPERATOR, nextAction: 'Ask the operator why, or ask again.' },
  cancelled: { ...PAYMENT_CANCELLED, nextAction: 'Make a new payment if it is still wanted.' },
  limit_exceeded: {
    reason: 'The amount in rupees passes the limit of one payment. The payer was not charged.',
    source: 'business',
    retryable: false,
    nextAction: 'Split it into several payments.',
  },
  fee_exceeds_amount: {
    reason: 'The amount in rupees does not cover the fee. The payer was not charged.',
    source: 'business',
    retryable: false,
    nextAction: 'Make a new payment with a larger amount.',
  },
} as const satisfies Record<string, ProviderFailure>;

export type ProviderFailureCode = keyof typeof PROVIDER_FAILURES;

export function isProviderFailureCode(code: unknown): code is ProviderFailureCode {
  return typeof code === 'string' && Object.hasOwn(PROVIDER_FAILURES, code);
}

/** The failure with this code, as it is stored with a payment or a refund. */
export function paymentFailureOf(code: ProviderFailureCode): PaymentFailure {
  const { reason, source, retryable } = PROVIDER_FAILURES[code];
  return { code, reason, source, retryable };
}

/** What the merchant should do next, even about a code that only an earlier version knew. */
export function nextPaymentActionFor(code: string): string {
  return isProviderFailureCode(code) ? PROVIDER_FAILURES[code].nextAction : CONTACT_OPERATOR;
}
