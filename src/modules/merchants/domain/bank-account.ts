/**
 * Where money goes: an account at a branch, or for UPI a virtual payment address. Numbers are stored as they were
 * typed, with leading zeros and letters: India has no national format. Neither is ever shown in full, or logged.
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
  /** An inactive account refuses new payouts; payouts that no bank has yet wait until it is active. */
  readonly isActive: boolean;
  readonly createdAt: Date;
}

/** What RazorpayX accepts. Most banks use 9 to 18 digits; co-operative banks use fewer, and letters. */
export const ACCOUNT_NUMBER = /^[A-Za-z0-9]{5,35}$/;

/** Bank, a zero reserved for later use, branch. All codes of the published list (182,295) have this form. */
export const IFSC = /^[A-Z]{4}0[A-Z0-9]{6}$/;

/**
 * A name, one @, and the handle of a payment app, in NPCI's format; at most 100 characters (RazorpayX). Stored in lower
 * case: banks do not distinguish case.
 */
export const VPA = /^[a-z0-9._-]{2,80}@[a-z][a-z0-9.-]{1,63}$/;

/**
 * Whether a person would read two holders' names as the same: they are compared in Unicode's canonical form (NFC),
 * without regard to case or to the amount and position of white space.
 */
export function isSameHolder(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function comparable(name: string): string {
  return name.trim().replace(/\s+/gu, ' ').toLowerCase().normalize('NFC');
}

/** `asha.rao@okaxis` → `as…@okaxis`. Nobody is shown more of a VPA. */
export function maskVpa(vpa: string): string {
  return `${vpa.slice(0, 2)}…${vpa.slice(vpa.lastIndexOf('@'))}`;
}

/** Nobody is shown more of an account number. */
export function lastFour(accountNumber: string): string {
  return accountNumber.slice(-4);
}
