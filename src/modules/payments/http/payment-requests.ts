import {
  Integer,
  Nested,
  OneOf,
  PageQuery,
  QueryFlag,
  QueryTime,
  Text,
  Uuid,
} from '../../../platform/http/http.public.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../domain/payment-status.js';
import { CURRENCIES, type Currency } from '../../gateways/gateways.language.js';

/** In minor units. The largest is beyond every limit of one payment. */
const AMOUNT = { min: 1, max: 10_000_000_000_000 };
const EMAIL = { max: 254, only: /^[^@\s]+@[^@\s]+$/, means: 'an e-mail address' };
const PURPOSE = { min: 5, max: 5, only: /^P\d{4}$/, means: 'P and four digits' };
const TOKEN = { max: 255, only: /^[!-~]+$/, means: 'a token of the payment provider' };

export class CustomerBody {
  @Text({ max: 120, optional: true, example: 'Globex Corporation' })
  name?: string;

  @Text({ ...EMAIL, optional: true, example: 'ap@globex.example' })
  email?: string;

  @Text({
    ...TOKEN,
    optional: true,
    description: 'What is charged, as the payment provider names it (Stripe: `pm_…`). Never a card number.',
  })
  payment_method?: string;
}

export class CreatePaymentBody {
  @Integer({
    ...AMOUNT,
    description: 'In minor units of the currency (ISO 4217): 12001 of USD are $120.01, of JPY ¥12,001, of KWD 12.001.',
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
    description: 'RBI’s purpose of a remittance from abroad; needed for every currency but INR.',
    example: 'P0802',
  })
  purpose_code?: string;

  @Text({
    max: 40,
    optional: true,
    description: 'Your own reference; unique among your payments.',
    example: 'INV-2026-118',
  })
  reference_id?: string;
}

export class RefundPaymentBody {
  static readonly mayBeLeftOut = true;

  @Integer({
    ...AMOUNT,
    optional: true,
    description: 'In minor units of the payment’s currency; left out: all that is left.',
    example: 2_001,
  })
  amount?: number;
}

export class ListPaymentsQuery extends PageQuery {
  @OneOf(PAYMENT_STATUSES, { optional: true })
  status?: PaymentStatus;

  @OneOf(CURRENCIES, { optional: true })
  currency?: Currency;

  @Text({ max: 40, optional: true })
  reference_id?: string;

  @QueryFlag({ description: 'Payments whose outcome the provider has not told.' })
  needs_attention?: boolean;

  @QueryTime({ description: 'Created at this moment or later.' })
  created_from?: Date;

  @QueryTime({ description: 'Created before this moment.' })
  created_to?: Date;
}

/** A single payment. An operator may name its merchant, and need not. */
export class PaymentQuery {
  @Uuid({ optional: true, description: 'Operators: the merchant whose payment it is.' })
  merchant_id?: string;
}
