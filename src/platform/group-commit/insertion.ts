import { bound } from '../database/statements/bound.js';

/**
 * SQL: an INSERT of any number of rows, one list for each column; behind them a `BoundTo`. The rows are selected from
 * their books, which the batch has locked: rows that come from lists alone would be gathered by the coordinator, copied to
 * the node in a way of its own, and lost without an error when the node dies before COMMIT.
 * @param columns the merchant's id is the first
 */
export function insertion(table: string, columns: readonly { readonly name: string; readonly type: string }[]): string {
  const names = columns.map(({ name }) => name);
  const [merchant, ...others] = names;
  return `INSERT INTO ${table} (${names.join(', ')})
      SELECT ${['b.merchant_id', ...others.map((name) => `u.${name}`)].join(', ')}
      FROM unnest(${columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ')}) AS u(${names.join(', ')})
      JOIN books b ON b.merchant_id = u.${merchant} WHERE ${bound('b.merchant_id', columns.length + 1)}`;
}

/** So many rows at the most have a statement of their own: a batch of one payout has two entries. */
export const FEW_ROWS = 2;

/**
 * SQL: the same for so few rows, a parameter for each value, row by row, and no `BoundTo`. Of a list for each column the
 * server makes a table first, forty of them for one payout. The rows say themselves which shard they are for.
 */
export function insertionOfFew(
  table: string,
  columns: readonly { readonly name: string; readonly type: string }[],
  rows: number,
): string {
  const row = (i: number): string => columns.map(({ type }, j) => `$${i * columns.length + j + 1}::${type}`).join(', ');
  const values = Array.from({ length: rows }, (_, i) => `(${row(i)})`).join(', ');
  return `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')}) VALUES ${values}`;
}
