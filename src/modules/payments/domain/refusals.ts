import { DomainError, type Refusal } from '../../../shared/domain-error.js';
import { DUPLICATE_REFERENCE, NOT_FOUND, type Problem } from '../../../shared/problem.js';
import { formatPaise } from '../../../shared/money.js';
import type { Currency } from '../../gateways/gateways.language.js';
import { InvalidPaymentTransition } from './payment-status.js';

/** Also said of a payment of another merchant: nobody learns which ids are taken. */
export class PaymentNotFound extends DomainError {
  static override readonly problem = NOT_FOUND;

  constructor() {
    super('There is no such payment.');
  }
}

export class RefundNotFound extends DomainError {
  static override readonly problem = NOT_FOUND;

  constructor() {
    super('The payment has no such refund.');
  }
}

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
  };

  constructor(leftMinor: bigint) {
    super('Refunds may add up to what was captured, and open ones count.', { refundable_amount: Number(leftMinor) });
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
  InvalidPaymentTransition,
];
