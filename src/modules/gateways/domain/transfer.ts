/**
 * How the money travels: IMPS within seconds, NEFT in half-hourly batches, RTGS for large amounts (RBI), UPI within
 * seconds to a virtual payment address (NPCI).
 */
export const TRANSFER_MODES = ['IMPS', 'NEFT', 'RTGS', 'UPI'] as const;
export type TransferMode = (typeof TRANSFER_MODES)[number];

/** Where the money goes: an account at a branch, or for UPI a virtual payment address (`asha.rao@okaxis`). */
export type Beneficiary = { readonly name: string } & (
  | { readonly accountNumber: string; readonly ifsc: string; readonly vpa?: undefined }
  | { readonly vpa: string; readonly accountNumber?: undefined; readonly ifsc?: undefined }
);

/** One payment that a bank is asked to make. Submitted again, it is the same in every field. */
export interface Transfer {
  /** The payout's id, and the bank's idempotency key: one reference is one payment, however often it is submitted. */
  readonly reference: string;
  readonly amountPaise: bigint;
  readonly mode: TransferMode;
  /** An account for IMPS, NEFT and RTGS; a VPA for UPI. */
  readonly beneficiary: Beneficiary;
  readonly narration: string | null;
}
