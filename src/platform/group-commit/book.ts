import { assert } from '../../shared/assert.js';
import { markOf } from '../../shared/book-mark.js';
import { nextId, timeOfId } from '../../shared/ids.js';
import type { Moment } from '../../shared/moment.js';
import type { Origin } from '../../shared/origin.js';
import type { BookTable, BookTableStore, StagedRow } from './book-table-store.js';

type Rows = Map<BookTable<unknown>, Map<string, unknown>>;

/** What a row's place held before it was put there; undefined where nothing had been staged. */
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
  private readonly put_: Rows = new Map();
  /** What it takes to undo the work that is going on, the last change last. */
  private readonly replaced: Replaced[] = [];
  /** What the decision that is running goes back to. For the executor to set. */
  origin: Origin | null = null;
  private lastId: string | null = null;
  private mark: string | null = null;
  private now_: Moment | null = null;

  constructor(readonly merchantId: string) {}

  /** The batch's time, in milliseconds: the database's clock after the lock, and where the book has got to. */
  get now(): Moment {
    assert(this.now_ !== null, 'a decision runs after the book was read');
    return this.now_;
  }

  /** @throws BrokenInvariant when the row was neither named in `reads` nor staged in this batch */
  get<Row>(table: BookTable<Row>, key: string): Row | undefined {
    const row = this.put_.get(table)?.get(key);
    if (row !== undefined) return row as Row;
    const rows = this.loaded.get(table);
    assert(rows !== undefined && rows.has(key), `a decision reads only rows that it named: ${table.name} ${key}`);
    return rows.get(key) as Row | undefined;
  }

  /** Stages the row: an INSERT if the book has none under this key, otherwise an UPDATE. */
  put<Row>(table: BookTable<Row>, key: string, row: Row): void {
    // Rows are written into the books that are locked: another's would silently be left out.
    const { merchantId = this.merchantId } = row as { readonly merchantId?: string };
    assert(merchantId === this.merchantId, `a row of ${table.name} stands in its own merchant’s book`);
    const rows = rowsOf(this.put_, table);
    this.replaced.push({ rows, key, row: rows.get(key) });
    rows.set(key, row);
  }

  /** A new id, above every id that this book has given out. It says in which shard the book is looked for. */
  nextId(): string {
    this.mark ??= markOf(this.merchantId);
    return (this.lastId = nextId(this.now.orderTime.getTime(), this.lastId, this.mark));
  }

  /** Runs `work` so that nothing of it stays when it throws. */
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

  /** For the executor: what the batch read under `key`; undefined stands for "there is no such row". */
  fill(table: BookTable<unknown>, key: string, row: unknown): void {
    rowsOf(this.loaded, table).set(key, row);
  }

  /** For the executor, once everything is read. */
  open(clockMs: number, lastId: string | null, liveMs = 0): void {
    this.lastId = lastId;
    const orderMs = Math.max(clockMs, lastId === null ? 0 : timeOfId(lastId));
    this.now_ = { orderTime: new Date(orderMs), clockTime: new Date(clockMs), liveMs };
  }

  /** For the executor: a row whose table nobody has registered would be silently left out of the commit. */
  assertStored(stores: readonly Pick<BookTableStore<unknown>, 'table'>[]): void {
    for (const [table, { size }] of this.put_)
      assert(size === 0 || stores.some((store) => store.table === table), `somebody stores rows of ${table.name}`);
  }

  /** For the executor: the rows that the decisions have left, each once, in its last state. */
  staged<Row>(table: BookTable<Row>): StagedRow<Row>[] {
    const rows = this.put_.get(table) as Map<string, Row> | undefined;
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
  if (rows === undefined) all.set(table, (rows = new Map<string, unknown>()));
  return rows;
}

function putBack({ rows, key, row }: Replaced): void {
  if (row === undefined) rows.delete(key);
  else rows.set(key, row);
}
