import { z } from 'zod';
import type { CallbackEnding, CallbackEvent, Destination } from '../domain/bank-gateway.js';
import { unrecognizedStatus } from '../domain/callback-events.js';
import { failureOf, type BankFailureCode } from '../domain/bank-failures.js';
import { type PayoutFailure, UTR_PENDING } from '../gateways.language.js';

/** A transfer as Cashfree shows it (Standard Transfer V2, Get Transfer Status V2). Only the fields read are checked. */
export const CASHFREE_TRANSFER = z.object({
  transfer_id: z.string(),
  /** Rupees, as a decimal. */
  transfer_amount: z.union([z.number(), z.string()]),
  status: z.string(),
  status_code: z.string().nullish(),
  transfer_utr: z.string().nullish(),
  beneficiary_details: z
    .object({
      beneficiary_instrument_details: z
        .object({
          bank_account_number: z.string().nullish(),
          vpa: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

export type CashfreeTransfer = z.infer<typeof CASHFREE_TRANSFER>;

/** Status codes of failed, rejected and reversed transfers (Response Codes V2), matched by the words in them. */
const REASONS: readonly (readonly [RegExp, BankFailureCode])[] = [
  [/NAME/, 'beneficiary_name_mismatch'],
  [/VPA|UPI/, 'beneficiary_vpa_invalid'],
  [/INVALID.*IFSC|IFSC.*INVALID/, 'invalid_ifsc_code'],
  [/CLOSED/, 'bank_account_closed'],
  [/FROZEN|BLOCKED/, 'bank_account_frozen'],
  [/DORMANT/, 'beneficiary_account_dormant'],
  [/INVALID.*ACCOUNT|ACCOUNT.*INVALID/, 'beneficiary_account_invalid'],
  [/IMPS_MODE|MODE_NOT|NOT_IMPS/, 'mode_not_supported_by_bank'],
  [/INSUFFICIENT|LOW_BALANCE/, 'gateway_insufficient_funds'],
  [/LIMIT/, 'transaction_limit_exceeded'],
  [/NPCI|TIMEOUT|WAIT_TIME/, 'beneficiary_bank_timeout'],
  [/OFFLINE|UNAVAILABLE|DOWN/, 'beneficiary_bank_offline'],
  [/DECLINED|RETURNED|REJECTED_BY_BANK/, 'beneficiary_bank_rejected'],
];

/**
 * Statuses: RECEIVED → PENDING → SUCCESS | FAILED | REJECTED, and SUCCESS → REVERSED, with or without the UTR. A
 * transfer that waits at Cashfree for an approval, in a queue or for a date is pending. An undocumented status is
 * `unrecognized`.
 */
export function cashfreeEnding({ status, status_code, transfer_utr }: CashfreeTransfer): CallbackEnding {
  const utr = transfer_utr?.trim() ?? '';
  switch (status) {
    case 'SUCCESS':
      return utr === '' ? { kind: 'pending', code: UTR_PENDING } : { kind: 'succeeded', utr };
    case 'REVERSED':
      return { kind: 'returned', utr, failure: failureFor(status_code, 'returned_by_bank') };
    case 'FAILED':
    case 'REJECTED':
    case 'MANUALLY_REJECTED':
      return { kind: 'rejected', utr, failure: failureFor(status_code, 'gateway_refused') };
    case 'RECEIVED':
    case 'PENDING':
    case 'APPROVAL_PENDING':
    case 'QUEUED':
    case 'SCHEDULED_FOR_NEXT_WORKINGDAY':
    case 'SCHEDULED_ON_NEXT_WORKINGDAY':
      return { kind: 'pending', code: (status_code ?? status).toLowerCase() };
    default:
      return unrecognizedStatus(status);
  }
}

/** What a callback says about its transfer, as far as it can be read. */
export function cashfreeReport(data: unknown): Omit<CallbackEvent, 'id' | 'reference'> {
  const { success, data: transfer } = CASHFREE_TRANSFER.safeParse(data);
  if (!success) return { amountPaise: null, ending: unrecognizedStatus((data as { status?: unknown }).status) };
  const destination = cashfreeDestination(transfer);
  return { amountPaise: paiseOrNull(transfer.transfer_amount), destination, ending: cashfreeEnding(transfer) };
}

export function cashfreeDestination({ beneficiary_details }: CashfreeTransfer): Destination {
  const { bank_account_number: accountNumber, vpa } = beneficiary_details?.beneficiary_instrument_details ?? {};
  return { accountNumber, vpa };
}

/** Why a request was not accepted. @param code an error code such as `bank_ifsc_invalid` */
export function cashfreeRefusal(code: string): PayoutFailure {
  return failureFor(code.toUpperCase(), 'gateway_refused');
}

function failureFor(code: string | null | undefined, otherwise: BankFailureCode): PayoutFailure {
  const known = REASONS.find(([about]) => about.test(code ?? ''));
  return failureOf(known?.[1] ?? otherwise);
}

/** 60001n → 600.01. Exact: as a JavaScript number, every amount of a payout keeps its two decimals. */
export function rupeesOf(paise: bigint): number {
  return Number(`${paise / 100n}.${(paise % 100n).toString().padStart(2, '0')}`);
}

/**
 * 600.01 → 60001n, computed from the digits and not by multiplication.
 * @throws Error when it is not an amount of whole paise
 */
export function paiseOf(rupees: number | string): bigint {
  const paise = paiseOrNull(rupees);
  if (paise === null) throw new Error('Cashfree answered with what is no amount');
  return paise;
}

function paiseOrNull(rupees: number | string): bigint | null {
  const [whole, units, fraction = ''] = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(String(rupees)) ?? [];
  return whole === undefined ? null : BigInt(units!) * 100n + BigInt(fraction.padEnd(2, '0'));
}
