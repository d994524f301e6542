import {
  HasReference,
  Integer,
  listQuery,
  MaxAmount,
  MinAmount,
  Nested,
  OneOf,
  orderQuery,
  ReferenceId,
  Text,
} from '../../../platform/http/http.public.js';
import { REFUND_STATUSES, type RefundStatus } from '../domain/payment-state.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../domain/payment-status.js';
import { CURRENCIES, type Currency } from '../../gateways/gateways.language.js';

/** In minor units. The maximum is above every limit of one payment. */
const AMOUNT = { min: 1, max: 10_000_000_000_000 };
const EMAIL = { max: 254, only: /^[^@\s]+@[^@\s]+$/, means: 'an e-mail address' };
const PURPOSE = { min: 5, max: 5, only: /^P\d{4}$/, means: 'P and four digits' };
const TOKEN = { max: 255, only: /^[!-~]+$/, means: 'a token of the payment provider' };

export class CustomerBody {
  @Text({ max: 120, optional: true, names: true, example: 'Globex Corporation' })
  name?: string;

  @Text({ ...EMAIL, optional: true, example: 'ap@globex.example' })
  email?: string;

  @Text({
    ...TOKEN,
    optional: true,
    description:
      'The payment method to charge, as the payment provider names it (Stripe: `pm_…`). Never a card number.',
  })
  payment_method?: string;
}

export class CreatePaymentBody {
  @Integer({
    ...AMOUNT,
    description:
      'In minor units of the currency (ISO 4217): 12001 is $120.01 in USD, ¥12,001 in JPY, and 12.001 in KWD.',
    example: 12_001,
  })
  amount!: number;

  @OneOf(CURRENCIES, { example: 'USD' })
  currency!: Currency;

  @Text({ max: 500, optional: true, example: 'Website for Globex' })
  description?: string;

  @Nested(() => CustomerBody, { optional: true })
  customer?: CustomerBody;

  @Text({
    ...PURPOSE,
    optional: true,
    description: 'RBI’s purpose code for a remittance from abroad. Required for every currency except INR.',
    example: 'P0802',
  })
  purpose_code?: string;

  @ReferenceId({ description: 'Your own reference. Must be unique among your payments.', example: 'INV-2026-118' })
  reference_id?: string;
}

export class RefundPaymentBody {
  static readonly mayBeLeftOut = true;

  @Integer({
    ...AMOUNT,
    optional: true,
    description: 'In minor units of the payment’s currency. If omitted: everything that can still be refunded.',
    example: 2_001,
  })
  amount?: number;
}

/** Ends a payment or a refund as failed by hand. Only its provider can say that it has succeeded. */
export class EndByHandBody {
  @OneOf(['failed'], { description: 'The amount held for it is released.' })
  status!: 'failed';

  @Text({
    max: 500,
    description: 'The reason, which is recorded in the timeline.',
    example: 'The provider has confirmed it by mail.',
  })
  reason!: string;
}

/** The filters for counting refunds by status. */
export class CountRefundsQuery extends orderQuery('Refunds whose outcome the provider has not reported.') {
  @MinAmount('paise', 'max_amount_paise') min_amount_paise?: number;
  @MaxAmount('paise') max_amount_paise?: number;
}

/** The filters for listing refunds. */
export class RefundFilterQuery extends CountRefundsQuery {
  @OneOf(REFUND_STATUSES, { optional: true }) status?: RefundStatus;
}

export class ListRefundsQuery extends listQuery(RefundFilterQuery) {}

/** The filters for counting payments by status. */
export class CountPaymentsQuery extends orderQuery('Payments whose outcome the provider has not reported.') {
  @OneOf(CURRENCIES, { optional: true }) currency?: Currency;
  @HasReference() reference_id?: string;
  @MinAmount('minor units of `currency`, which is then required', 'max_amount')
  min_amount?: number;
  @MaxAmount('minor units of `currency`, which is then required') max_amount?: number;
}

/** The filters for listing payments. */
export class PaymentFilterQuery extends CountPaymentsQuery {
  @OneOf(PAYMENT_STATUSES, { optional: true }) status?: PaymentStatus;
}

export class ListPaymentsQuery extends listQuery(PaymentFilterQuery) {}
