import { BookTable } from '../../../shared/book-table.js';
import type { BankAccount, Destination } from './bank-account.js';
import type { Merchant } from './merchant.js';

/** Whose book it is. Key: `''`. */
export const merchantRows = new BookTable<Merchant>('merchants');

/** Key: the bank account's id. */
export const bankAccountRows = new BookTable<BankAccount>('bank_accounts');

/**
 * Which account leads where, so that each is registered once. Key: {@link destinationKey}; the row is its id. Read
 * only.
 */
export const bankAccountDestinations = new BookTable<string>('bank_account_destinations');

/** `<number>|<ifsc>`, or the VPA, which has no bar in it. */
export function destinationKey({ accountNumber, ifsc, vpa }: Destination): string {
  return vpa ?? `${accountNumber}|${ifsc}`;
}
