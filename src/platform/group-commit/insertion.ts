import { bound } from '../database/statements/bound.js';

/**
 * The SQL of an INSERT of any number of rows. Its parameters are one list for each column, then a `BoundTo`. The rows
 * are joined to their books, which the batch has locked: a coordinator (Citus) would gather rows that come from lists
 * alone, copy them to the node separately, and lose them without an error if the node dies before COMMIT.
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

/** Up to this many rows, an INSERT has a parameter for each value: a batch of one payout has two entries. */
export const FEW_ROWS = 2;

/**
 * The same for a few rows: a parameter for each value, row by row, and no `BoundTo`, because the values themselves say
 * which shard the rows are for. With lists the server would first make a table of each, forty of them for one payout.
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
