import type { Slice } from '../../../shared/slice.js';
import type { Merchant } from './merchant.js';

export interface MerchantFilter {
  /** A part of the name or of the e-mail address, whatever the case of A to Z, or the id. Null: any. */
  readonly search: string | null;
  readonly isActive: boolean | null;
}

/** Merchants, outside the write path. What changes later changes under the book's lock, through `merchantRows`. */
export abstract class Merchants {
  abstract find(id: string): Promise<Merchant | null>;
  /** Reads on until the page is full: of what few have, all merchants, which are no more than some ten thousands. */
  abstract list(filter: MerchantFilter, slice: Slice): Promise<Merchant[]>;
  /** Writes the merchant and opens its book, in one transaction. It is active, and made now by the database's clock. */
  abstract add(merchant: Pick<Merchant, 'id' | 'name' | 'email'>): Promise<Merchant>;
}
