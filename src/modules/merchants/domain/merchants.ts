import type { Merchant } from './merchant.js';

/** Which rows of a list to read: `take` from `offset`, or from the newest before / the oldest after an id. */
export interface Slice {
  readonly take: number;
  readonly order: 'ASC' | 'DESC';
  readonly offset: number;
  /** Ids below this one, descending. */
  readonly after: string | null;
  /** Ids above this one, ascending. */
  readonly before: string | null;
}

/** Merchants, outside the write path. What changes later changes under the book's lock, through `merchantRows`. */
export abstract class Merchants {
  abstract find(id: string): Promise<Merchant | null>;
  abstract list(slice: Slice): Promise<Merchant[]>;
  /** Writes the merchant and opens its book, in one transaction. It is active, and made now by the database's clock. */
  abstract add(merchant: Pick<Merchant, 'id' | 'name' | 'email'>): Promise<Merchant>;
}
