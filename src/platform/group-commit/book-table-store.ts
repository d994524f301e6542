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
  /** True when the batch found no such row: an INSERT. Otherwise the row as it should stand: an UPDATE. */
  readonly isNew: boolean;
}

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** How one kind of row is read and written for a whole batch, in a constant number of statements. */
export interface BookTableStore<Row> {
  readonly table: BookTable<Row>;

  /** True: the row with the key `''` is read for every book of every batch (a head, say), without being named. */
  readonly everyBook?: boolean;

  /**
   * The rows (`merchantIds[i]`, `keys[i]`) that exist. For an `everyBook` table: one row per merchant, key `''`.
   * The connection is pipelined: the statement must be started before the first `await`.
   */
  load(sql: Sql, merchantIds: readonly string[], keys: readonly string[], boundTo: BoundTo): Promise<LoadedRow<Row>[]>;

  /** The highest id that the row stands for. New ids of the book are drawn above it. */
  lastId?(row: Row): string | null;

  /**
   * What writes the staged rows, each once and in its last state. Left out where nothing is written.
   * Only builds the statements, so that a fault in here stops the batch before anything is sent.
   */
  flush?(staged: readonly StagedRow<Row>[], boundTo: BoundTo): Statement[];
}
