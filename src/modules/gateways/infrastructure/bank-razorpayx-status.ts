import { z } from 'zod';
import type { CallbackEnding, CallbackEvent, Destination } from '../domain/bank-gateway.js';
import { unrecognizedStatus } from '../domain/callback-events.js';
import { failureOf, type BankFailureCode } from '../domain/bank-failures.js';
import { type PayoutFailure, UTR_PENDING } from '../gateways.language.js';

/** The payout entity (https://razorpay.com/docs/api/x/payouts/entity/). Only the fields that are read are checked. */
export const RAZORPAYX_PAYOUT = z.object({
  id: z.string(),
  /** Paise. */
  amount: z.number().int().positive(),
  currency: z.literal('INR'),
  reference_id: z.string().nullish(),
  status: z.string(),
  /** Null, empty or left out until the bank names it. */
  utr: z.string().nullish(),
  status_details: z.object({ reason: z.string().nullish() }).nullish(),
  /** Part of the answer to a composite request; a search returns only its id. */
  fund_account: z
    .object({
      bank_account: z.object({ account_number: z.string().nullish() }).nullish(),
      vpa: z.object({ address: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

export type RazorpayXPayout = z.infer<typeof RAZORPAYX_PAYOUT>;

/** The reasons of https://razorpay.com/docs/x/payouts/status-details/, translated into Bahi's codes. */
const REASONS: Readonly<Record<string, BankFailureCode>> = {
  bank_account_closed: 'bank_account_closed',
  bank_account_frozen: 'bank_account_frozen',
  bank_account_invalid: 'bank_account_invalid',
  beneficiary_account_dormant: 'beneficiary_account_dormant',
  beneficiary_account_invalid: 'beneficiary_account_invalid',
  beneficiary_bank_rejected: 'beneficiary_bank_rejected',
  beneficiary_vpa_invalid: 'beneficiary_vpa_invalid',
  invalid_beneficiary: 'invalid_beneficiary',
  invalid_ifsc_code: 'invalid_ifsc_code',
  imps_not_allowed: 'mode_not_supported_by_bank',
  transaction_limit_exceeded: 'transaction_limit_exceeded',
  beneficiary_bank_failure: 'beneficiary_bank_failure',
  beneficiary_bank_technical_error: 'beneficiary_bank_failure',
  beneficiary_bank_offline: 'beneficiary_bank_offline',
  beneficiary_psp_offline: 'beneficiary_bank_offline',
  npci_beneficiary_timeout: 'beneficiary_bank_timeout',
  gateway_down: 'gateway_down',
  gateway_technical_error: 'gateway_technical_error',
  gateway_timeout: 'gateway_technical_error',
  server_error_temporary: 'gateway_technical_error',
  amount_limit_exhausted: 'gateway_limit_exhausted',
  amount_limit_exhausted_neft: 'gateway_limit_exhausted',
  insufficient_funds: 'gateway_insufficient_funds',
};

/**
 * Statuses and moves: https://razorpay.com/docs/x/payouts/states-life-cycle/. A reversed payout has come back; the
 * samples show it with and without its UTR, and on current accounts RazorpayX may call it failed afterwards. If the UTR
 * of a processed payout is not known yet, it comes with `payout.updated` (https://razorpay.com/docs/webhooks/payouts/).
 * An undocumented status is `unrecognized`.
 */
export function razorpayxEnding({ status, status_details, ...payout }: RazorpayXPayout): CallbackEnding {
  const reason = status_details?.reason;
  const utr = payout.utr?.trim() || null;
  switch (status) {
    case 'processed':
      return utr === null ? { kind: 'pending', code: UTR_PENDING } : { kind: 'succeeded', utr };
    case 'reversed':
      return { kind: 'returned', utr, failure: razorpayxFailure(reason, 'returned_by_bank') };
    case 'failed':
    case 'rejected':
    case 'cancelled':
      return { kind: 'rejected', failure: razorpayxFailure(reason), ...(utr === null ? {} : { utr }) };
    case 'pending':
    case 'queued':
    case 'scheduled':
    case 'processing':
      return { kind: 'pending', code: reason ?? status };
    default:
      return unrecognizedStatus(status);
  }
}

/** What a callback says about its payout, as far as it can be read. */
export function razorpayxReport(entity: unknown): Omit<CallbackEvent, 'id' | 'reference'> {
  const { success, data: payout } = RAZORPAYX_PAYOUT.safeParse(entity);
  if (!success) return { amountPaise: null, ending: unrecognizedStatus((entity as { status?: unknown }).status) };
  const destination = razorpayxDestination(payout);
  return { amountPaise: BigInt(payout.amount), destination, ending: razorpayxEnding(payout) };
}

export function razorpayxDestination({ fund_account }: RazorpayXPayout): Destination {
  const { bank_account: account, vpa } = fund_account ?? {};
  return { accountNumber: account?.account_number, vpa: vpa?.address };
}

export function razorpayxFailure(
  reason: string | null | undefined,
  otherwise: BankFailureCode = 'gateway_refused',
): PayoutFailure {
  return failureOf(REASONS[reason ?? ''] ?? otherwise);
}
