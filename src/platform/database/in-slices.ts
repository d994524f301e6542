import type { Sql } from './sql.js';

/** A query in the order of its column `key`: $1 the merchant, $2 the key to start behind, $3 how many rows. */
export interface SlicedQuery {
  readonly text: string;
  readonly key: string;
  /** Before the first key. */
  readonly start: string;
  /** Rows per read: some megabytes. */
  readonly size: number;
}

/** Before the first id of all. */
export const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/** Reads all rows in slices, so that no statement takes longer the more rows there are, and memory stays small. */
export async function* inSlices<Row extends object>(
  sql: Sql,
  { text, key, start, size }: SlicedQuery,
  merchantId: string,
): AsyncGenerator<Row[]> {
  for (let after = start; ;) {
    const rows = await sql.query<Row>(text, [merchantId, after, size]);
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    after = String((rows.at(-1) as Record<string, unknown>)[key]);
  }
}

/** A query in the order of several columns: $1 … its values, then the key to start behind, then how many rows. */
export interface SlicedRows<Row> extends Omit<SlicedQuery, 'key' | 'start'> {
  readonly key: readonly (keyof Row & string)[];
  readonly start: readonly string[];
}

/** The same, row by row. The key's columns come as texts. */
export async function* rowsInSlices<Row extends object>(
  sql: Sql,
  { text, key, start, size }: SlicedRows<Row>,
  values: readonly unknown[],
): AsyncGenerator<Row> {
  for (let after: readonly unknown[] = start; ;) {
    const rows = await sql.query<Row>(text, [...values, ...after, size]);
    yield* rows;
    if (rows.length < size) return;
    const last = rows.at(-1)!;
    after = key.map((column) => last[column]);
  }
}

/**
 * SQL: the text as a uuid, NULL if it is not written as PostgreSQL writes one: compared with an id so, it is found by the
 * id's index, and by nothing that the id's own text would not find.
 */
export function asUuid(text: string): string {
  return `CASE WHEN ${text} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN ${text}::uuid END`;
}
