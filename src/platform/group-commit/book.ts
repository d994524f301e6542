import { assert } from '../../shared/assert.js';
import { shardHintOf } from '../../shared/shard-hint.js';
import { nextId, timeOfId } from '../../shared/ids.js';
import type { Moment } from '../../shared/moment.js';
import type { Origin } from '../../shared/origin.js';
import type { BookTable, BookTableStore, StagedRow } from './book-table-store.js';

type Rows = Map<BookTable<unknown>, Map<string, unknown>>;

/** What `put` has replaced: the row that was staged under the key before, or undefined if there was none. */
interface Replaced {
  readonly rows: Map<string, unknown>;
  readonly key: string;
  readonly row: unknown;
}

/**
 * One merchant's book as a decision sees it: the rows that the batch has read, and on top of them what earlier requests
 * of the batch have staged. Everything is synchronous; nothing leaves memory until the whole batch is flushed.
 * Rows are immutable: a change puts a new row in the place of the old one.
 */
export class Book {
  private readonly loaded: Rows = new Map();
  private readonly stagedRows: Rows = new Map();
  /** What `put` has replaced so far, the latest last; `savepoint` uses it to undo a failed decision. */
  private readonly replaced: Replaced[] = [];
  /** The request behind the decision that is running, or null. Set before each decision. */
  origin: Origin | null = null;
  private lastId: string | null = null;
  private shardHint: string | null = null;
  private moment: Moment | null = null;

  constructor(readonly merchantId: string) {}

  /**
   * The batch's time: the database's clock, read after the lock; the order time, which is never before an id of the
   * book; and the live time.
   */
  get now(): Moment {
    assert(this.moment !== null, 'a decision runs after the book was read');
    return this.moment;
  }

  /** @throws BrokenInvariant when the row was neither named in `reads` nor staged in this batch */
  get<Row>(table: BookTable<Row>, key: string): Row | undefined {
    const row = this.stagedRows.get(table)?.get(key);
    if (row !== undefined) return row as Row;
    const rows = this.loaded.get(table);
    assert(rows !== undefined && rows.has(key), `a decision reads only rows that it named: ${table.name} ${key}`);
    return rows.get(key) as Row | undefined;
  }

  /** Stages the row: an INSERT if the book has none under this key, otherwise an UPDATE. */
  put<Row>(table: BookTable<Row>, key: string, row: Row): void {
    // Statements change only the books that the batch has locked: another merchant's row would silently be left out.
    const { merchantId = this.merchantId } = row as { readonly merchantId?: string };
    assert(merchantId === this.merchantId, `a row of ${table.name} stands in its own merchant’s book`);
    const rows = rowsOf(this.stagedRows, table);
    this.replaced.push({ rows, key, row: rows.get(key) });
    rows.set(key, row);
  }

  /**
   * A new id, higher than every id that this book has given out. It contains a hint at the book's shard.
   */
  nextId(): string {
    this.shardHint ??= shardHintOf(this.merchantId);
    this.lastId = nextId(this.now.orderTime.getTime(), this.lastId, this.shardHint);
    return this.lastId;
  }

  /** Runs `work`. If it throws, the rows that it staged and the ids that it drew are taken back. */
  savepoint<T>(work: () => T): T {
    const { lastId } = this;
    const before = this.replaced.length;
    try {
      return work();
    } catch (refusal) {
      while (this.replaced.length > before) putBack(this.replaced.pop()!);
      this.lastId = lastId;
      throw refusal;
    }
  }

  /** For the batch: the row that it read under `key`; undefined if there is no such row. */
  fill(table: BookTable<unknown>, key: string, row: unknown): void {
    rowsOf(this.loaded, table).set(key, row);
  }

  /** For the batch: sets the time and the last id, once everything is read. */
  open(clockMs: number, lastId: string | null, liveMs = 0): void {
    this.lastId = lastId;
    const orderMs = Math.max(clockMs, lastId === null ? 0 : timeOfId(lastId));
    this.moment = { orderTime: new Date(orderMs), clockTime: new Date(clockMs), liveMs };
  }

  /** For the batch: a row of a table without a registered store would silently be left out of the commit. */
  assertStored(stores: readonly Pick<BookTableStore<unknown>, 'table'>[]): void {
    for (const [table, { size }] of this.stagedRows)
      assert(size === 0 || stores.some((store) => store.table === table), `somebody stores rows of ${table.name}`);
  }

  /** For the batch: the rows that the decisions have staged, each once, in its last state. */
  staged<Row>(table: BookTable<Row>): StagedRow<Row>[] {
    const rows = this.stagedRows.get(table) as Map<string, Row> | undefined;
    if (rows === undefined) return [];
    const loaded = this.loaded.get(table);
    return Array.from(rows, ([key, row]) => ({
      merchantId: this.merchantId,
      key,
      row,
      isNew: loaded?.get(key) === undefined,
    }));
  }
}

function rowsOf(all: Rows, table: BookTable<unknown>): Map<string, unknown> {
  let rows = all.get(table);
  if (rows === undefined) {
    rows = new Map<string, unknown>();
    all.set(table, rows);
  }
  return rows;
}

function putBack({ rows, key, row }: Replaced): void {
  if (row === undefined) rows.delete(key);
  else rows.set(key, row);
}
