import type { BoundedCount } from './bounded-count.js';
import type { Slice } from './slice.js';

/** All orders of one kind, as their list, its counts and its file read them. */
export interface OrderList<Filter, Order> {
  page(filter: Filter, slice: Slice): Promise<Order[]>;
  /** How many there are, or `upTo` if there are more. @param askedBy as in `Slice` */
  count(filter: Filter, upTo: number, askedBy: string): Promise<number>;
  /** The count for each filter, all at the same moment. At most `upTo` rows are looked at for each. */
  countAmong(filters: readonly Filter[], upTo: number, askedBy: string): Promise<BoundedCount[]>;
}
