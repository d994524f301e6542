/** Where a merchant's money may go. Only `isActive` ever changes: another number is another account. */
export interface BankAccount {
  readonly merchantId: string;
  readonly id: string;
  readonly holderName: string;
  /** As it was typed, leading zeros and letters included: India has no national form. Never shown, never logged. */
  readonly accountNumber: string;
  readonly ifsc: string;
  /** An inactive account refuses new payouts; those already made go on. */
  readonly isActive: boolean;
  readonly createdAt: Date;
}

/** What RazorpayX takes. Most banks use 9 to 18 digits; co-operative banks use fewer, and letters. */
export const ACCOUNT_NUMBER = /^[A-Za-z0-9]{5,35}$/;

/** Bank, a zero kept for later use, branch. No code of the published list (182,295) differs. */
export const IFSC = /^[A-Z]{4}0[A-Z0-9]{6}$/;

/** All of an account number that anybody is shown. */
export function lastFour(accountNumber: string): string {
  return accountNumber.slice(-4);
}
