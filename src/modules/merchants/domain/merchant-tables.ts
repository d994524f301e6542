import { BookTable } from '../../../shared/book-table.js';
import type { BankAccount, Destination } from './bank-account.js';
import type { Merchant, MerchantLimits } from './merchant.js';

/** The owner of the book. Key: `''`. */
export const merchantRows = new BookTable<Merchant>('merchants');

/** What a sign-in must know of the merchant, stored where it needs no node of the merchant's book. Key: `''`. */
export const merchantLimits = new BookTable<MerchantLimits>('merchant_limits');

/** Key: the bank account's id. */
export const bankAccountRows = new BookTable<BankAccount>('bank_accounts');

/**
 * The accounts with a destination, one for each holder's name, the oldest first. Key: {@link destinationKey}. Read
 * only.
 */
export const bankAccountsByDestination = new BookTable<readonly BankAccount[]>('bank_accounts_by_destination');

/** `<number>|<ifsc>`, or the VPA, which never contains a bar. */
export function destinationKey({ accountNumber, ifsc, vpa }: Destination): string {
  return vpa ?? `${accountNumber}|${ifsc}`;
}
