import type { Read, RowSlice } from './book-checks.js';

/** An order that is to be checked. */
export interface OrderToCheck {
  readonly id: string;
  /** The seq of the transaction by which it was found, if any. */
  readonly seq?: string;
}

/**
 * Selects the orders of a book that are to be checked. The queries' values are the merchant, the id and seq of
 * `VerifiedUpTo`, and the `boundTo` of the book.
 */
interface OrdersToCheck<Query> {
  /** Ordered by id. */
  readonly all: Query;
  /**
   * Older orders whose money has moved since; ordered by seq, which is the key to start after and not among its values.
   */
  readonly moved: Query;
  /** Older orders that are open and whose money has not moved since; ordered by id. */
  readonly open: Query;
}

/**
 * Returns once each order that was created, has moved money or is open since the book was last verified; all orders, if
 * it never was.
 * @param inSlices how the database is read
 */
export function ordersToCheck<Snapshot, Query>(
  inSlices: (
    sql: Snapshot,
    query: Query,
    values: readonly unknown[],
    after?: readonly string[],
  ) => AsyncIterable<RowSlice<OrderToCheck>>,
  { all, moved, open }: OrdersToCheck<Query>,
): Read<Snapshot, OrderToCheck> {
  return async function* read({ sql, merchantId, boundTo, since }, after) {
    if (since === null) {
      yield* inSlices(sql, all, [merchantId], after);
      return;
    }
    const { id, seq } = since;
    const queries = [
      { name: 'new', query: all, values: [merchantId], start: [id] },
      { name: 'moved', query: moved, values: [merchantId, id, boundTo], start: [String(seq)] },
      { name: 'open', query: open, values: [merchantId, id, seq, boundTo], start: undefined },
    ];
    // A key is meaningful to its own query only, so it begins with the name of that query.
    const [begun, ...key] = after ?? [];
    const first = Math.max(
      queries.findIndex(({ name }) => name === begun),
      0,
    );
    for (const { name, query, values, start } of queries.slice(first))
      for await (const { rows, last } of inSlices(sql, query, values, name === begun ? key : start))
        yield { rows, last: [name, ...last] };
  };
}
