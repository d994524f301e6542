/**
 * The merchants of a batch, to whose shard each of its statements is bound where the tables are distributed (Citus). Null
 * on plain PostgreSQL, where looking each row's merchant up in a list would only take time.
 */
export type BoundTo = readonly string[] | null;

/**
 * SQL: binds a table of a statement to the merchants of parameter `n`, a `BoundTo`. Every table of every statement of the
 * write path is bound, also one that is joined to one which is: only so does the coordinator hand the statement as it is
 * to the one node that has the rows.
 * @param merchant the column with the merchant's id
 */
export function bound(merchant: string, n: number): string {
  return `($${n}::uuid[] IS NULL OR ${merchant} = ANY($${n}::uuid[]))`;
}
