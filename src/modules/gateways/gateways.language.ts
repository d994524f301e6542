import type { Failure, GatewayAnswer } from '../../shared/submissions/gateway-answer.js';

/** Constants and types that gateways share with payouts, payments and the simulators. */

/**
 * How the money travels: IMPS within seconds, NEFT in half-hourly batches, RTGS for large amounts (RBI), UPI within
 * seconds to a virtual payment address (NPCI).
 */
export const TRANSFER_MODES = ['IMPS', 'NEFT', 'RTGS', 'UPI'] as const;
export type TransferMode = (typeof TRANSFER_MODES)[number];

/** What one transfer of a mode may carry, in paise; both limits are inclusive. Left out: no limit. */
export interface ModeLimits {
  readonly minPaise?: bigint;
  readonly maxPaise?: bigint;
}

const LAKH_PAISE = 1_00_000_00n;

/**
 * What the payment systems themselves allow. IMPS: at most ₹5,00,000 (RBI, Statement on Developmental and Regulatory
 * Policies, 8 October 2021). RTGS: at least ₹2,00,000 (RBI, RTGS System Regulations). NEFT: no limit of its own (RBI,
 * NEFT FAQ). UPI: at most ₹1,00,000 (NPCI, person to person).
 */
export const PAYMENT_SYSTEMS = {
  IMPS: { paysTo: 'account', maxPaise: 5n * LAKH_PAISE },
  NEFT: { paysTo: 'account' },
  RTGS: { paysTo: 'account', minPaise: 2n * LAKH_PAISE },
  UPI: { paysTo: 'vpa', maxPaise: LAKH_PAISE },
} as const satisfies Readonly<Record<TransferMode, ModeLimits & { readonly paysTo: 'account' | 'vpa' }>>;

/** Where the money goes: an account at a branch, or for UPI a virtual payment address (`asha.rao@okaxis`). */
export type Beneficiary = { readonly name: string } & (
  | { readonly accountNumber: string; readonly ifsc: string; readonly vpa?: undefined }
  | { readonly vpa: string; readonly accountNumber?: undefined; readonly ifsc?: undefined }
);

/**
 * A UTR (unique transaction reference): 12 digits for IMPS, 16 characters for NEFT, 22 for RTGS. The check is loose on
 * purpose, since banks deviate, and some write it in lower case. A text that fails even this check proves no payment.
 */
export const UTR = { min: 10, max: 35, only: /^[A-Z0-9]+$/ } as const;

/** Who can act on a failed payout: the sending bank, the recipient's bank, the merchant, or the operator. */
export const PAYOUT_FAILURE_SOURCES = ['gateway', 'beneficiary_bank', 'business', 'internal'] as const;

/** Why a transfer was not paid, or came back. The codes are those of `BANK_FAILURES`. */
export type PayoutFailure = Failure<(typeof PAYOUT_FAILURE_SOURCES)[number]>;

/**
 * The money had left and came back. `utr` is that of the transfer, not of the return; null if the bank names none. The
 * return counts whether or not the bank names a UTR.
 */
export interface Returned {
  readonly kind: 'returned';
  readonly utr: string | null;
  readonly failure: PayoutFailure;
  /** As in other answers (`GatewayAnswer`). */
  readonly digest?: string;
  readonly isSame?: true;
}

/** What a bank has answered, or not answered, about a payout. */
export type BankAnswer = GatewayAnswer<{ readonly utr: string }, PayoutFailure, NamedRejection> | Returned;

/** The UTR of the transfer that a bank calls failed, if it names one. */
interface NamedRejection {
  readonly utr?: string;
}

/** The code of a `pending` answer when the bank has paid but not named the UTR yet. */
export const UTR_PENDING = 'utr_pending';

/** The failure of a payout that the bank certainly never accepted. */
export const NOT_ACCEPTED_BY_BANK = {
  code: 'not_accepted_by_bank',
  reason: 'The bank did not accept the payout. Nothing was paid; the amount is available again.',
  source: 'gateway',
  retryable: true,
} as const satisfies PayoutFailure;

/** The failure of a payout that an operator has ended by hand. */
export const FAILED_BY_OPERATOR = {
  code: 'failed_by_operator',
  reason: 'The payout was ended by hand. Nothing was paid; the amount is available again.',
  source: 'internal',
  retryable: true,
} as const satisfies PayoutFailure;

/** The currencies in which payments can be charged, and how many decimals each has (ISO 4217). */
export const CURRENCY_DECIMALS = { INR: 2, USD: 2, EUR: 2, GBP: 2, AED: 2, SGD: 2, JPY: 0, KWD: 3 } as const;
export type Currency = keyof typeof CURRENCY_DECIMALS;
export const CURRENCIES = Object.keys(CURRENCY_DECIMALS) as readonly Currency[];

/**
 * Rupees for one unit of a currency: a decimal above zero with up to nine digits before and after the point. Each side
 * of the point is a capturing group.
 */
export const RATE = /^(?=.*[1-9])(\d{1,9})(?:\.(\d{1,9}))?$/;

/** Who can act on a failed payment or refund: the payer, the provider, the merchant, or the operator. */
export const PAYMENT_FAILURE_SOURCES = ['payer', 'gateway', 'business', 'internal'] as const;

/** Why a payment was not charged, or a refund not made. The codes are those of `PROVIDER_FAILURES`. */
export type PaymentFailure = Failure<(typeof PAYMENT_FAILURE_SOURCES)[number]>;

/** What a provider has answered, or not answered, about a payment or a refund. */
export type ProviderAnswer = GatewayAnswer<{ readonly providerId: string }, PaymentFailure>;

/** The failure of a payment or a refund that the provider certainly never accepted. */
export const NOT_ACCEPTED_BY_PROVIDER = {
  code: 'not_accepted_by_provider',
  reason: 'The provider never accepted the request. Nobody was charged, and nothing was given back.',
  source: 'gateway',
  retryable: true,
} as const satisfies PaymentFailure;

/** The failure of a payment or a refund that an operator has ended by hand. */
export const ENDED_BY_OPERATOR = {
  code: 'failed_by_operator',
  reason: 'It was ended by hand. Bahi neither credits nor takes anything for it.',
  source: 'internal',
  retryable: true,
} as const satisfies PaymentFailure;

/** The failure of a payment that was cancelled before it was submitted to any provider. */
export const PAYMENT_CANCELLED = {
  code: 'cancelled',
  reason: 'The payment was cancelled before anybody was asked to charge it.',
  source: 'business',
  retryable: true,
} as const satisfies PaymentFailure;

/** A request that may come from a gateway. Header names are in lower case; the body is as it arrived, byte for byte. */
export interface Callback {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** By the database's clock, as well as the process knows it: the process's own clock may be wrong. */
  readonly receivedAt: Date;
}
