import type { BankAccount, Destination } from './bank-account.js';
import type { Slice } from '../../../shared/slice.js';

/** Ordinary reads of bank accounts. They are written under the book's lock, through `bankAccountRows`. */
export abstract class BankAccounts {
  /** @param merchantId null: of any merchant, for operators */
  abstract find(merchantId: string | null, id: string): Promise<BankAccount | null>;
  /** The merchant's that lead there, one for each holder's name, the oldest first. */
  abstract ofDestination(merchantId: string, destination: Destination): Promise<readonly BankAccount[]>;
  /** @returns how many the merchant has, and `upTo` when there are more: so many rows are looked at */
  abstract count(merchantId: string, upTo: number): Promise<number>;
  /** @param merchantId null: everybody's, for operators */
  abstract list(merchantId: string | null, slice: Slice): Promise<BankAccount[]>;
}
