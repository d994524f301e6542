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

/** Also for another merchant's payment, so that nobody learns which ids exist. */
export class PaymentNotFound extends refusalWith(NOT_FOUND, 'There is no such payment.') {}

export class RefundNotFound extends refusalWith(NOT_FOUND, 'There is no such refund.') {}

export class DuplicatePaymentReference extends DomainError {
  static override readonly problem = DUPLICATE_REFERENCE;

  constructor(paymentId: string) {
    super('Another payment of this merchant has this reference_id.', { payment_id: paymentId });
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
    meaning: 'RBI requires a purpose code for every remittance in a foreign currency.',
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
    title: 'No enabled payment provider supports this currency',
    meaning: 'None of the enabled payment providers charges in this currency.',
    remedy:
      'Use another currency, with a new Idempotency-Key, or ask the operator to enable a provider that supports ' +
      'it.',
    remembered: true,
  };

  constructor(currency: Currency) {
    super(`No enabled payment provider charges in ${currency}.`);
  }
}

export class LimitExceeded extends DomainError {
  static override readonly problem: Problem = {
    code: 'limit_exceeded',
    status: 422,
    title: 'The amount exceeds the limit of one payment',
    meaning: 'One payment may be worth at most `max_amount_paise`.',
    remedy: 'Split it into several payments, each with a new Idempotency-Key.',
    remembered: true,
    members: {
      max_amount_paise: { type: 'integer', description: 'The limit of one payment.', example: 250_000_000 },
    },
  };

  constructor(limitPaise: bigint) {
    super(`One payment may be worth at most ${formatPaise(limitPaise)}.`, { max_amount_paise: Number(limitPaise) });
  }
}

export class RefundExceedsPayment extends DomainError {
  static override readonly problem: Problem = {
    code: 'refund_exceeds_payment',
    status: 422,
    title: 'The refund exceeds what is left of the payment',
    meaning: 'All refunds of a payment together, including open ones, may not exceed the captured amount.',
    remedy: 'Ask for `refundable_amount` or less, with a new Idempotency-Key.',
    remembered: true,
    members: {
      refundable_amount: {
        type: 'integer',
        description: 'What can still be refunded, in minor units.',
        example: 10_000,
      },
    },
  };

  constructor(leftMinor: bigint) {
    super('All refunds together, including open ones, may not exceed the captured amount.', {
      refundable_amount: Number(leftMinor),
    });
  }
}

export class TooManyOpenRefunds extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_open_refunds',
    status: 422,
    title: 'Too many refunds are open',
    meaning: 'The merchant has as many open refunds as one may have at a time.',
    remedy: 'Wait until some have ended, then send the request again with the same Idempotency-Key.',
    members: { limit: { type: 'integer', description: 'How many refunds may be open.', example: 10_000 } },
  };

  constructor(limit: number) {
    super(`At most ${limit} refunds of one merchant may be open at a time.`, { limit });
  }
}

/** A refund that has ended stays as it is. */
export class InvalidRefundTransition extends DomainError {
  static override readonly problem = INVALID_TRANSITION;

  constructor(from: RefundStatus) {
    super(`A refund that is ${from} cannot be failed.`, { current_status: from, allowed_statuses: [] });
  }
}

/** Ending it here would lose a charge, or give a payer the money twice. */
export class GatewayHasIt extends hasItRefusal(
  {
    code: 'gateway_has_it',
    status: 409,
    title: 'The payment provider has this payment or refund',
    meaning: 'The provider reports it as done or in progress, so it cannot be failed by hand.',
    remedy:
      'Read it again: if the provider reports it as done, it is now completed. Otherwise wait; it ends by itself.',
  },
  'The payment provider reports it as',
  { succeeded: 'done', pending: 'in progress' },
) {}

/** The provider cannot say whether it has the order, or recovery asked it at the same time as the operator. */
export class ProviderOutcomeUnknown extends refusalWith(
  OUTCOME_UNKNOWN,
  'The payment provider cannot say yet how it ended, or the service was asking it at the same time. Try again ' +
    'later. Once it needs attention, it can be failed by hand.',
) {}

/** Ending the refund would release a different amount from the one that is held for it. */
export class RefundNotAsRequested extends refusalWith(
  NOT_AS_REQUESTED,
  'The stored refund differs from what was requested and held for. It was not ended, and needs attention.',
) {}

/** No provider has been sent the order, so no provider can be asked about it. */
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
