import type { Beneficiary, TransferMode } from '../gateways.language.js';

/** One payment that a bank is asked to make. When it is submitted again, every field is the same. */
export interface Transfer {
  /** The payout's id, and the bank's idempotency key: one reference is one payment, however often it is submitted. */
  readonly reference: string;
  readonly amountPaise: bigint;
  readonly mode: TransferMode;
  /** An account for IMPS, NEFT and RTGS; a VPA for UPI. */
  readonly beneficiary: Beneficiary;
  readonly narration: string | null;
}
