import type { Slice } from '../../../shared/slice.js';
import type { Merchant } from './merchant.js';

export interface MerchantFilter {
  /** A part of the name or of the e-mail address (ignoring the case of A to Z), or the id. Null: any. */
  readonly search: string | null;
  readonly isActive: boolean | null;
}

/** Merchants, outside the write path. Later changes are made under the book's lock, through `merchantRows`. */
export abstract class Merchants {
  abstract find(id: string): Promise<Merchant | null>;
  /** Reads until the page is full: for a filter that few match, all merchants, which are some ten thousands at most. */
  abstract list(filter: MerchantFilter, slice: Slice): Promise<Merchant[]>;
  /**
   * Writes the merchant and opens its book, in one transaction. The merchant is active, and dated by the database's
   * clock.
   */
  abstract add(merchant: Pick<Merchant, 'id' | 'name' | 'email'>): Promise<Merchant>;
}
