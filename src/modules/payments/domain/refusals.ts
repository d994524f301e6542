import { DomainError, refusalWith, type Refusal } from '../../../shared/domain-error.js';
import {
  DUPLICATE_REFERENCE,
  INVALID_TRANSITION,
  NOT_AS_REQUESTED,
  NOT_FOUND,
  OUTCOME_UNKNOWN,
  type Problem,
} from '../../../shared/problem.js';
import { hasItRefusal } from '../../../shared/submissions/end-by-hand.js';
import { formatPaise } from '../../../shared/money.js';
import type { Currency } from '../../gateways/gateways.language.js';
import type { RefundStatus } from './payment-state.js';
import { InvalidPaymentTransition, type PaymentStatus } from './payment-status.js';

/** Also for a payment of another merchant: nobody learns which ids are taken. */
export class PaymentNotFound extends refusalWith(NOT_FOUND, 'There is no such payment.') {}

export class RefundNotFound extends refusalWith(NOT_FOUND, 'There is no such refund.') {}

export class DuplicatePaymentReference extends DomainError {
  static override readonly problem = DUPLICATE_REFERENCE;

  constructor(paymentId: string) {
    super('Another payment of this merchant carries this reference_id.', { payment_id: paymentId });
  }
}

/**
 * RBI, Master Direction on Import and Export of Goods and Services: each inward remittance is reported by its purpose.
 */
export class PurposeCodeRequired extends DomainError {
  static override readonly problem: Problem = {
    code: 'purpose_code_required',
    status: 422,
    title: 'A payment from abroad needs a purpose code',
    meaning: 'RBI wants every remittance in a foreign currency to say what it is for.',
    remedy: 'Send `purpose_code`, such as `P0802` for software consultancy, with a new Idempotency-Key.',
    remembered: true,
  };

  constructor(currency: Currency) {
    super(`A payment in ${currency} needs a purpose_code.`);
  }
}

export class CurrencyNotSupported extends DomainError {
  static override readonly problem: Problem = {
    code: 'currency_not_supported',
    status: 422,
    title: 'No payment gateway takes this currency',
    meaning: 'None of the payment gateways that are enabled charges in the currency.',
    remedy: 'Use another currency, and a new Idempotency-Key; or ask the operator to enable a gateway for it.',
    remembered: true,
  };

  constructor(currency: Currency) {
    super(`No payment gateway that is enabled charges in ${currency}.`);
  }
}

export class LimitExceeded extends DomainError {
  static override readonly problem: Problem = {
    code: 'limit_exceeded',
    status: 422,
    title: 'The amount passes the limit of one payment',
    meaning: 'One payment may be worth up to `max_amount_paise`.',
    remedy: 'Split it into several payments, each with a new Idempotency-Key.',
    remembered: true,
    members: {
      max_amount_paise: { type: 'integer', description: 'The limit of one payment.', example: 250_000_000 },
    },
  };

  constructor(limitPaise: bigint) {
    super(`One payment may be worth up to ${formatPaise(limitPaise)}.`, { max_amount_paise: Number(limitPaise) });
  }
}

export class RefundExceedsPayment extends DomainError {
  static override readonly problem: Problem = {
    code: 'refund_exceeds_payment',
    status: 422,
    title: 'The refund is more than is left of the payment',
    meaning: 'Refunds of a payment, open ones included, may add up to the amount that was captured.',
    remedy: 'Ask for `refundable_amount` or less, with a new Idempotency-Key.',
    remembered: true,
    members: {
      refundable_amount: { type: 'integer', description: 'What is left, in minor units.', example: 10_000 },
    },
  };

  constructor(leftMinor: bigint) {
    super('Refunds may add up to what was captured, and open ones count.', { refundable_amount: Number(leftMinor) });
  }
}

export class TooManyOpenRefunds extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_open_refunds',
    status: 422,
    title: 'Too many refunds are open',
    meaning: 'As many refunds of this merchant are on their way as may be at a time.',
    remedy: 'Wait until some have ended, then send it again with the same Idempotency-Key.',
    members: { limit: { type: 'integer', description: 'How many may be open.', example: 10_000 } },
  };

  constructor(limit: number) {
    super(`Up to ${limit} refunds of one merchant may be open at a time.`, { limit });
  }
}

/** A refund that has ended stays as it is. */
export class InvalidRefundTransition extends DomainError {
  static override readonly problem = INVALID_TRANSITION;

  constructor(from: RefundStatus) {
    super(`A refund that is ${from} cannot become failed.`, { current_status: from, allowed_statuses: [] });
  }
}

/** Ending it here would lose a charge, or give a payer the money twice. */
export class GatewayHasIt extends hasItRefusal(
  {
    code: 'gateway_has_it',
    status: 409,
    title: 'The payment provider has this payment or refund',
    meaning: 'The provider reports it as done or in progress. It cannot be failed here.',
    remedy: 'Read it again: what the provider reports as done is taken in. Otherwise wait; it ends by itself.',
  },
  'The payment provider reports it as',
  { succeeded: 'done', pending: 'in progress' },
) {}

/** The provider cannot say whether it has the payment or the refund, or recovery has just asked beside the operator. */
export class ProviderOutcomeUnknown extends refusalWith(
  OUTCOME_UNKNOWN,
  'The payment provider cannot say yet what became of it, or was asked by the service at the same time. ' +
    'Try again: it can be failed by hand once it needs attention.',
) {}

/** To end it would release another amount than the one that is held for it. */
export class RefundNotAsRequested extends refusalWith(
  NOT_AS_REQUESTED,
  'The refund is not what was requested and held for. It was not ended, and needs attention.',
) {}

/** There is nothing to ask a provider about. */
export class NotWithProvider extends DomainError {
  static override readonly problem = INVALID_TRANSITION;

  constructor(what: 'payment' | 'refund', status: PaymentStatus | RefundStatus) {
    super(`No payment provider has been asked for this ${what} yet.`, { current_status: status, allowed_statuses: [] });
  }
}

export const PAYMENT_REFUSALS: readonly Refusal[] = [
  PaymentNotFound,
  RefundNotFound,
  DuplicatePaymentReference,
  PurposeCodeRequired,
  CurrencyNotSupported,
  LimitExceeded,
  RefundExceedsPayment,
  TooManyOpenRefunds,
  InvalidPaymentTransition,
  InvalidRefundTransition,
  GatewayHasIt,
  ProviderOutcomeUnknown,
  RefundNotAsRequested,
  NotWithProvider,
];
