import type { SqlTemplate } from './sql-template.js';

/**
 * The merchants of a batch, to whose shard each of its statements is bound where the tables are distributed (Citus). Null
 * on plain PostgreSQL, where looking each row's merchant up in a list would only take time.
 */
export type BoundTo = readonly string[] | null;

const boundBy = (merchant: string, value: string): string =>
  `(${value}::uuid[] IS NULL OR ${merchant} = ANY(${value}::uuid[]))`;

/**
 * SQL: binds a table of a statement to the merchants of parameter `n`, a `BoundTo`. Every table of every statement of the
 * write path is bound, also one that is joined to one which is: only so does the coordinator hand the statement as it is
 * to the one node that has the rows.
 * @param merchant the column with the merchant's id
 */
export function bound(merchant: string, n: number): string {
  return boundBy(merchant, `$${n}`);
}

/** The same, where the value stands in a template. */
export function boundIn(merchant: string, n: number): SqlTemplate {
  return (gaps) => boundBy(merchant, gaps.value(n));
}

/**
 * SQL: rows of the merchant in parameter `n`, named as text. It hides the merchant from indexes that begin with it, and from
 * Citus, which would ask every node: so each is bound too.
 * @param boundAt the parameter with the `BoundTo`
 */
export function merchantAsText(merchant: string, n: number, boundAt: number): string {
  return `${merchant}::text = $${n}::uuid::text AND ${bound(merchant, boundAt)}`;
}
