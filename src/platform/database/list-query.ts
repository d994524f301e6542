import type { ObjectLiteral, Repository, SelectQueryBuilder } from 'typeorm';
import type { Slice } from '../../shared/slice.js';
import type { WaitingFor } from '../../shared/waiting.js';

/** What the row with this id stands for, or null. @param merchantId null: whoever's it is */
export async function findState<Row extends ObjectLiteral, State>(
  rows: Repository<Row>,
  fromRow: (row: Row) => State,
  merchantId: string | null,
  id: string,
): Promise<State | null> {
  const row = await rows.findOneBy((merchantId === null ? { id } : { merchant_id: merchantId, id }) as object);
  return row === null ? null : fromRow(row);
}

/** A slice of a list of rows, called `p` in the query. */
export function sliced<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  { take, order, offset, after, before }: Slice,
): SelectQueryBuilder<Row> {
  query.orderBy('p.id', order).limit(take).offset(offset);
  where(query, 'p.id < :after', { after });
  where(query, 'p.id > :before', { before });
  return query;
}

/** Adds the condition if its one parameter is given. */
export function where<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  condition: string,
  parameter: Readonly<Record<string, unknown>>,
): void {
  if (Object.values(parameter)[0] !== null) query.andWhere(condition, parameter);
}

/** Keeps the rows with these values, by the names of their columns; null: whatever it is. */
export function whereEqual<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [column, value] of Object.entries(values)) where(query, `p.${column} = :${column}`, { [column]: value });
}

/**
 * Keeps the one row, or the few, with a value that an index finds; null: whatever it is. A list is read in its own
 * order, so that the condition alone would be tried on row after row: the ids are looked up first.
 * @param within further columns of that index
 */
export function whereFound<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  column: string,
  value: string | null,
  within: Readonly<Record<string, string | null>> = {},
): void {
  if (value === null) return;
  const given = Object.entries({ ...within, [column]: value }).filter(([, wanted]) => wanted !== null);
  const conditions = given.map(([name]) => `f.${name} = :${name}`).join(' AND ');
  const ids = `SELECT f.id FROM ${query.expressionMap.mainAlias!.tablePath} f WHERE ${conditions}`;
  query.andWhere(`p.id = ANY (ARRAY (${ids}))`, Object.fromEntries(given));
}

/** Keeps what was created from one moment on, and before another; null: any time. */
export function whereCreated<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  { createdFrom, createdTo }: { readonly createdFrom: Date | null; readonly createdTo: Date | null },
): void {
  where(query, 'p.created_at >= :createdFrom', { createdFrom });
  where(query, 'p.created_at < :createdTo', { createdTo });
}

/** Keeps what is due for submission and waits for this; null: whatever it is. */
export function whereWaiting<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>, what: WaitingFor | null): void {
  where(query, `p.waiting_for = :what AND p.next_step = 'submit'`, { what });
}
