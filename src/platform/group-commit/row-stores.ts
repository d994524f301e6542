import type { Sql } from '../database/statements/sql.js';
import type { BookTable, BookTableStore, LoadedRow, StagedRow, Statement } from './book-table-store.js';
import { bound, type BoundTo } from '../database/statements/bound.js';
import type { Rows } from './rows.js';

/**
 * Rows that are found by their id, added and changed. The table of columns says all that there is to know about them.
 */
export class RowStore<State extends object> implements BookTableStore<State> {
  constructor(
    readonly table: BookTable<State>,
    private readonly rows: Rows<State>,
  ) {}

  load(
    sql: Sql,
    merchantIds: readonly string[],
    keys: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<State>[]> {
    return this.rows.load(sql, merchantIds, keys, boundTo);
  }

  flush(staged: readonly StagedRow<State>[], boundTo: BoundTo): Statement[] {
    return this.rows.write(staged, boundTo);
  }
}

/** Rows that are only ever appended, and never read by a decision. */
export class AppendedRowStore<State extends object> implements BookTableStore<State> {
  constructor(
    readonly table: BookTable<State>,
    private readonly rows: Rows<State>,
  ) {}

  load(): Promise<LoadedRow<State>[]> {
    return Promise.resolve([]);
  }

  flush(staged: readonly StagedRow<State>[], boundTo: BoundTo): Statement[] {
    return [this.rows.insert(staged, boundTo)];
  }
}

/**
 * Finds the id of the row with a merchant's `reference_id`, which an index on (reference_id, merchant_id) keeps unique.
 * Only reads: the rows have a store of their own.
 *
 * Only that index can serve a condition BETWEEN two pairs. With two equalities instead, PostgreSQL used the primary key
 * as long as it had no statistics, and read all rows of the merchant.
 */
export class ReferenceStore implements BookTableStore<string> {
  private readonly text: string;

  /** @param rows the name of the table in the database */
  constructor(
    readonly table: BookTable<string>,
    rows: string,
  ) {
    this.text = `
      SELECT t.merchant_id, t.reference_id, t.id FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, reference_id)
      JOIN ${rows} t ON t.reference_id = wanted.reference_id AND (t.reference_id, t.merchant_id)
        BETWEEN (wanted.reference_id, wanted.merchant_id) AND (wanted.reference_id, wanted.merchant_id)
      WHERE ${bound('t.merchant_id', 3)}`;
  }

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    references: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<string>[]> {
    const rows = await sql.query<{ merchant_id: string; reference_id: string; id: string }>(this.text, [
      merchantIds,
      references,
      boundTo,
    ]);
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.reference_id, row: row.id }));
  }
}
