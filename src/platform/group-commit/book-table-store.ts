import type { BookTable } from '../../shared/book-table.js';
import type { Sql } from '../database/statements/sql.js';
import type { BoundTo } from '../database/statements/bound.js';

export { BookTable, type Read } from '../../shared/book-table.js';

export interface LoadedRow<Row> {
  readonly merchantId: string;
  readonly key: string;
  readonly row: Row;
}

export interface StagedRow<Row> extends LoadedRow<Row> {
  /** True if the batch found no such row, so that it is inserted. Otherwise it is updated. */
  readonly isNew: boolean;
}

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** How one kind of row is read and written for a whole batch, in a constant number of statements. */
export interface BookTableStore<Row> {
  readonly table: BookTable<Row>;

  /**
   * True if the row with the key `''` (a head, say) is read for every book of every batch, without being named in
   * `reads`.
   */
  readonly everyBook?: boolean;

  /**
   * The rows (`merchantIds[i]`, `keys[i]`) that exist. For an `everyBook` table: one row per merchant, key `''`.
   * The connection is pipelined: the statement must be started before the first `await`.
   */
  load(sql: Sql, merchantIds: readonly string[], keys: readonly string[], boundTo: BoundTo): Promise<LoadedRow<Row>[]>;

  /** The highest id that is recorded in the row. New ids of the book are higher. */
  lastId?(row: Row): string | null;

  /**
   * The statements that write the staged rows, each once and in its last state. Left out by a store that only reads.
   * Nothing is sent here, so that an error stops the batch before it has written anything.
   */
  flush?(staged: readonly StagedRow<Row>[], boundTo: BoundTo): Statement[];
}
