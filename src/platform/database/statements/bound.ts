import type { SqlTemplate } from './sql-template.js';

/**
 * The merchants of a batch. If the tables are distributed (Citus), each statement of the batch is bound to their shard.
 * Null on plain PostgreSQL, where looking each row's merchant up in a list would only take time.
 */
export type BoundTo = readonly string[] | null;

const boundBy = (merchant: string, value: string): string =>
  `(${value}::uuid[] IS NULL OR ${merchant} = ANY(${value}::uuid[]))`;

/**
 * SQL: binds a table of a statement to the merchants of parameter `n`, a `BoundTo`. Every table in every statement of
 * the write path is bound, even if it is joined to a bound one: only then does the coordinator pass the statement
 * unchanged to the one node that has the rows.
 * @param merchant the column with the merchant's id
 */
export function bound(merchant: string, n: number): string {
  return boundBy(merchant, `$${n}`);
}

/** The same for a template. */
export function boundIn(merchant: string, n: number): SqlTemplate {
  return (gaps) => boundBy(merchant, gaps.value(n));
}

/**
 * SQL: rows of the merchant in parameter `n`, compared as text, so that no index that begins with the merchant is used.
 * This also hides the merchant from Citus, which would query every node; so the rows are bound as well.
 * @param boundAt the parameter with the `BoundTo`
 */
export function merchantAsText(merchant: string, n: number, boundAt: number): string {
  return `${merchant}::text = $${n}::uuid::text AND ${bound(merchant, boundAt)}`;
}
