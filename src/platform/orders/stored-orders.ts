import type { BoundedCount } from '../../shared/bounded-count.js';
import type { OrderList } from '../../shared/order-list.js';
import type { Slice } from '../../shared/slice.js';
import type { ListQuery } from '../database/reads/list-query.js';
import type { Lists } from '../database/reads/lists.js';
import type { StoredRow } from '../group-commit/rows.js';

interface Period {
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
}

/** An {@link OrderList} of the orders in a table. */
export class StoredOrders<Filter extends Period, Order> implements OrderList<Filter, Order> {
  /**
   * @param queryOf finds what the filter finds, except that the period is added here
   * @param ordersOf the orders in these rows, in the same order
   */
  constructor(
    private readonly lists: Lists,
    private readonly queryOf: (filter: Filter) => ListQuery,
    private readonly ordersOf: (rows: readonly StoredRow[]) => Order[] | Promise<Order[]>,
  ) {}

  async page(filter: Filter, slice: Slice): Promise<Order[]> {
    return this.ordersOf(await this.lists.read<StoredRow>(this.found(filter).page(slice)));
  }

  async count(filter: Filter, upTo: number, askedBy: string): Promise<number> {
    const [row] = await this.lists.read<{ count: number }>(this.found(filter).count(upTo, askedBy));
    return row!.count;
  }

  countAmong(filters: readonly Filter[], upTo: number, askedBy: string): Promise<BoundedCount[]> {
    return this.lists.counts(filters.map((filter) => this.found(filter).countAmong(upTo, askedBy)));
  }

  private found(filter: Filter): ListQuery {
    return this.queryOf(filter).created(filter);
  }
}
