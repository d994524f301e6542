import { DomainError } from '../../../shared/domain-error.js';
import { formatPaise } from '../../../shared/money.js';
import type { Currency } from '../../gateways/gateways.language.js';

/** Also said of a payment of another merchant: nobody learns which ids are taken. */
export class PaymentNotFound extends DomainError {
  readonly code = 'not_found';

  constructor() {
    super('There is no such payment.');
  }
}

export class RefundNotFound extends DomainError {
  readonly code = 'not_found';

  constructor() {
    super('The payment has no such refund.');
  }
}

export class DuplicatePaymentReference extends DomainError {
  readonly code = 'duplicate_reference';

  constructor(paymentId: string) {
    super('Another payment of this merchant carries this reference_id.', { payment_id: paymentId });
  }
}

/** RBI, Master Direction on Import and Export of Goods and Services: each inward remittance is reported by its purpose. */
export class PurposeCodeRequired extends DomainError {
  readonly code = 'purpose_code_required';

  constructor(currency: Currency) {
    super(`A payment in ${currency} needs a purpose_code.`);
  }
}

export class CurrencyNotSupported extends DomainError {
  readonly code = 'currency_not_supported';

  constructor(currency: Currency) {
    super(`No payment gateway that is enabled charges in ${currency}.`);
  }
}

export class LimitExceeded extends DomainError {
  readonly code = 'limit_exceeded';

  constructor(limitPaise: bigint) {
    super(`One payment may be worth up to ${formatPaise(limitPaise)}.`, { max_amount_paise: Number(limitPaise) });
  }
}

export class RefundExceedsPayment extends DomainError {
  readonly code = 'refund_exceeds_payment';

  constructor(leftMinor: bigint) {
    super('Refunds may add up to what was captured, and open ones count.', { refundable_amount: Number(leftMinor) });
  }
}
