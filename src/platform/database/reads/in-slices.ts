import type { Sql } from '../statements/sql.js';
import { NIL_ID } from '../../../shared/ids.js';

/**
 * A query in the order of some columns. Its parameters are its own values from $1 on, then the key after which to
 * start, then the number of rows. Keys are passed as text.
 */
export interface SlicedQuery<Row> {
  readonly text: string;
  readonly key: readonly (keyof Row & string)[];
  /** A key before the first one. */
  readonly start: readonly string[];
  /** Rows per read: some megabytes. */
  readonly size: number;
}

export interface RowSlice<Row> {
  readonly rows: readonly Row[];
  /** The key of its last row. */
  readonly last: readonly string[];
}

/** An id before all others. */
export const BEFORE_ALL_IDS = NIL_ID;

/** A query in the order of `id`. */
export function byId<Row extends { readonly id: string }>(size: number, text: string): SlicedQuery<Row> {
  return { text, key: ['id'], start: [BEFORE_ALL_IDS], size };
}

/** A query in the order of the ledger's `seq`. */
export function bySeq<Row extends { readonly seq?: string }>(size: number, text: string): SlicedQuery<Row> {
  return { text, key: ['seq'], start: ['0'], size };
}

/**
 * Reads all rows in slices, so that statements do not take longer when there are more rows, and memory use stays small.
 * @param after the key after which to start
 */
export async function* inSlices<Row extends object>(
  sql: Sql,
  { text, key, start, size }: SlicedQuery<Row>,
  values: readonly unknown[],
  after: readonly string[] = start,
): AsyncGenerator<RowSlice<Row>> {
  for (let last = after; ;) {
    const rows = await sql.query<Row>(text, [...values, ...last, size]);
    const end = rows.at(-1);
    if (end !== undefined) {
      last = key.map((column) => String(end[column]));
      yield { rows, last };
    }
    if (rows.length < size) return;
  }
}

/** The same for one merchant, whose id is `$1`. */
export const slicesOfMerchant =
  <Row extends object>(query: SlicedQuery<Row>) =>
  ({ sql, merchantId }: { readonly sql: Sql; readonly merchantId: string }, after?: readonly string[]) =>
    inSlices(sql, query, [merchantId], after);

/** The same, row by row. */
export async function* rowsInSlices<Row extends object>(
  sql: Sql,
  query: SlicedQuery<Row>,
  values: readonly unknown[],
): AsyncGenerator<Row> {
  for await (const { rows } of inSlices(sql, query, values)) yield* rows;
}

/**
 * SQL: the text as a uuid; NULL unless it is written as PostgreSQL writes uuids. A comparison of an id with it can use
 * the id's index, and matches only where a comparison with the id's text would.
 */
export function asUuid(text: string): string {
  return `CASE WHEN ${text} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN ${text}::uuid END`;
}
