import type { Slice } from '../../../shared/slice.js';
import type { Merchant } from './merchant.js';

/** Merchants, outside the write path. What changes later changes under the book's lock, through `merchantRows`. */
export abstract class Merchants {
  abstract find(id: string): Promise<Merchant | null>;
  abstract list(slice: Slice): Promise<Merchant[]>;
  /** Writes the merchant and opens its book, in one transaction. It is active, and made now by the database's clock. */
  abstract add(merchant: Pick<Merchant, 'id' | 'name' | 'email'>): Promise<Merchant>;
}
