import { BookTable } from '../../../shared/book-table.js';
import type { BankAccount } from './bank-account.js';
import type { Merchant } from './merchant.js';

/** Whose book it is. Key: `''`. */
export const merchantRows = new BookTable<Merchant>('merchants');

/** Key: the bank account's id. */
export const bankAccountRows = new BookTable<BankAccount>('bank_accounts');

/** Which account has a number, so that each is registered once. Key: {@link numberKey}; the row is its id. Read only. */
export const bankAccountNumbers = new BookTable<string>('bank_account_numbers');

export function numberKey(accountNumber: string, ifsc: string): string {
  return `${accountNumber}|${ifsc}`;
}
