/** How the money travels: IMPS within seconds, NEFT in half-hourly batches, RTGS for large amounts (RBI). */
export type TransferMode = 'IMPS' | 'NEFT' | 'RTGS';

/** One payment that a bank is asked to make. Submitted again, it is the same in every field. */
export interface Transfer {
  /** The payout's id, and the bank's idempotency key: one reference is one payment, however often it is submitted. */
  readonly reference: string;
  readonly amountPaise: bigint;
  readonly mode: TransferMode;
  readonly beneficiary: { readonly name: string; readonly accountNumber: string; readonly ifsc: string };
  readonly narration: string | null;
}

/** Why a bank turned a transfer down, in the vocabulary of RazorpayX' payout status details. */
export interface Failure {
  /** Lower-case words joined by underscores: `bank_account_closed`. */
  readonly code: string;
  /** One sentence for the merchant. */
  readonly reason: string;
  /** Who can mend it: our bank, the recipient's bank, the merchant, or we. */
  readonly source: 'gateway' | 'beneficiary_bank' | 'business' | 'internal';
  /** Whether a new payout of the same amount to the same account may succeed later. */
  readonly retryable: boolean;
}

/**
 * What is known after a submission.
 *
 * - `succeeded`: the money is on its way and the bank names the transfer by its UTR (unique transaction reference).
 * - `rejected`: the bank has not paid this reference and never will. It must be certain: the hold is released for it.
 * - `pending`: the bank has it and has not decided. The outcome comes by inquiry.
 * - `unknown`: anything else. It may have been paid. Never a failure, never a reason to submit again unasked.
 */
export type SubmissionEnding =
  | { readonly kind: 'succeeded'; readonly utr: string }
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | { readonly kind: 'pending' }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * What is known after an inquiry. `not_found`: the bank answered, and has nothing under this reference *now*.
 * A submission may still be on its way to it, and its index may lag, so one `not_found` alone proves nothing.
 */
export type InquiryEnding = SubmissionEnding | { readonly kind: 'not_found' };

/** What recovery may rely on. A bank that does not promise a thing must say false: money depends on it. */
export interface BankCapabilities {
  /** A reference that is submitted twice is paid once. Without it nothing is ever submitted again. */
  readonly idempotentSubmission: boolean;
  /** A repeated `not_found` means that the bank never accepted the reference. Without it that proves nothing. */
  readonly authoritativeInquiry: boolean;
}

/**
 * The code by which a bank refuses a reference that it already holds with another amount or account. The refusal is
 * about this request only: what it holds may have been paid, so `BankGateways` does not let it pass as a rejection.
 */
export const REFERENCE_REUSED = 'reference_reused';

/**
 * A way for money to leave: one bank or payout provider.
 *
 * An adapter translates and nothing more. It keeps no state of the payout, does not repeat calls, and may throw:
 * callers go through `BankGateways`, which bounds every call in time and takes what is no clear answer for `unknown`.
 * Never called inside a database transaction.
 */
export abstract class BankGateway {
  /** Stored with each payout and written in `GATEWAYS`. Unique among bank and payment gateways; never renamed. */
  abstract readonly name: string;
  abstract readonly capabilities: BankCapabilities;

  /** Asks the bank to pay. When `signal` aborts, the request is dropped, which does not unsend it. */
  abstract submit(transfer: Transfer, signal: AbortSignal): Promise<SubmissionEnding>;

  /** Asks what became of a reference. Changes nothing at the bank. */
  abstract inquire(reference: string, signal: AbortSignal): Promise<InquiryEnding>;
}
