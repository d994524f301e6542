import { assert } from '../../shared/assert.js';
import { nextId, timeOfId } from '../../shared/ids.js';
import type { BookTable, StagedRow } from './book-table.js';

type Rows = Map<BookTable<unknown>, Map<string, unknown>>;

/** Writes on top of another layer. Kept when the work above it ends well, dropped when it is refused. */
interface Layer {
  readonly rows: Rows;
  lastId: string | null;
}

/**
 * One merchant's book as a decision sees it: the rows that the batch has read, and on top of them what earlier requests
 * of the batch have staged. Everything is synchronous; nothing leaves memory until the whole batch is flushed.
 * Rows are immutable: a change puts a new row in the place of the old one.
 */
export class Book {
  private readonly loaded: Rows = new Map();
  private readonly layers: Layer[];
  private now_: Date | null = null;

  constructor(readonly merchantId: string) {
    this.layers = [{ rows: new Map(), lastId: null }];
  }

  /** The batch's time: the database's clock after the lock, never before the book's last entry. Milliseconds. */
  get now(): Date {
    assert(this.now_ !== null, 'a decision runs after the book was read');
    return this.now_;
  }

  /** @throws BrokenInvariant when the row was neither named in `reads` nor staged in this batch */
  get<Row>(table: BookTable<Row>, key: string): Row | undefined {
    for (let depth = this.layers.length - 1; depth >= 0; depth--) {
      const rows = this.layers[depth]!.rows.get(table);
      if (rows?.has(key)) return rows.get(key) as Row;
    }
    const rows = this.loaded.get(table);
    assert(rows !== undefined && rows.has(key), `a decision reads only rows that it named: ${table.name} ${key}`);
    return rows.get(key) as Row | undefined;
  }

  /** Stages the row: an INSERT if the book has none under this key, otherwise an UPDATE. */
  put<Row>(table: BookTable<Row>, key: string, row: Row): void {
    const top = this.layers.at(-1)!;
    let rows = top.rows.get(table);
    if (rows === undefined) top.rows.set(table, (rows = new Map<string, unknown>()));
    rows.set(key, row);
  }

  /** A new id, above every id that this book has given out. */
  nextId(): string {
    const top = this.layers.at(-1)!;
    top.lastId = nextId(this.now.getTime(), top.lastId);
    return top.lastId;
  }

  /** Runs `work` so that nothing of it stays when it throws. */
  savepoint<T>(work: () => T): T {
    const below = this.layers.at(-1)!;
    const layer: Layer = { rows: new Map(), lastId: below.lastId };
    this.layers.push(layer);
    try {
      const result = work();
      this.layers.pop();
      mergeInto(below, layer);
      return result;
    } catch (refusal) {
      this.layers.pop();
      throw refusal;
    }
  }

  /** For the executor: what the batch read under `key`; undefined stands for "there is no such row". */
  fill(table: BookTable<unknown>, key: string, row: unknown): void {
    let rows = this.loaded.get(table);
    if (rows === undefined) this.loaded.set(table, (rows = new Map<string, unknown>()));
    rows.set(key, row);
  }

  /** For the executor, once everything is read. */
  open(clockMs: number, lastId: string | null): void {
    this.layers[0]!.lastId = lastId;
    this.now_ = new Date(Math.max(clockMs, lastId === null ? 0 : timeOfId(lastId)));
  }

  /** For the executor: the rows that the decisions have left, each once, in its last state. */
  staged<Row>(table: BookTable<Row>): StagedRow<Row>[] {
    const rows = this.layers[0]!.rows.get(table) as Map<string, Row> | undefined;
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

function mergeInto(below: Layer, layer: Layer): void {
  below.lastId = layer.lastId;
  for (const [table, rows] of layer.rows) {
    const target = below.rows.get(table);
    if (target === undefined) below.rows.set(table, rows);
    else for (const [key, row] of rows) target.set(key, row);
  }
}
