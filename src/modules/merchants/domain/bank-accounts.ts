import type { BankAccount, Destination } from './bank-account.js';
import type { Slice } from '../../../shared/slice.js';

/** Ordinary reads of bank accounts. They are written under the book's lock, through `bankAccountRows`. */
export abstract class BankAccounts {
  /** @param merchantId null: any merchant's, for operators */
  abstract find(merchantId: string | null, id: string): Promise<BankAccount | null>;
  /** The merchant's accounts with this destination, one for each holder's name, the oldest first. */
  abstract ofDestination(merchantId: string, destination: Destination): Promise<readonly BankAccount[]>;
  /** @returns how many the merchant has, or `upTo` when there are more; reads at most that many rows */
  abstract count(merchantId: string, upTo: number): Promise<number>;
  /** @param merchantId null: everybody's, for operators */
  abstract list(merchantId: string | null, slice: Slice): Promise<BankAccount[]>;
}
