import type { ObjectLiteral, Repository } from 'typeorm';
import { firstIdOf } from '../../shared/ids.js';
import type { Slice } from '../../shared/slice.js';
import type { WaitingFor } from '../../shared/waiting.js';
import { bound } from './bound.js';

/** What the row with this id stands for, or null. @param merchantId null: whoever's it is */
export async function findState<Row extends ObjectLiteral, State>(
  rows: Repository<Row>,
  fromRow: (row: Row) => State,
  merchantId: string | null,
  id: string,
): Promise<State | null> {
  const row = await rows.findOneBy((merchantId === null ? { id } : { merchant_id: merchantId, id }) as object);
  return row === null ? null : fromRow(row);
}

/** Both included; null: no bound. */
export interface AmountRange {
  readonly min: bigint | null;
  readonly max: bigint | null;
}

/** Where the tables are distributed, the statement's value at this place is the merchant, in a list: see `bound`. */
export interface OneMerchant {
  readonly merchantId: string;
  readonly boundAt: number;
}

/** Of all merchants' rows: a page, with the places of its two values, or as many as are counted. */
export type Spread =
  | {
      readonly table: string;
      readonly columns: string;
      readonly order: Slice['order'];
      readonly take: number;
      readonly offset: number;
      readonly takeAt: number;
    }
  | { readonly table: string; readonly upTo: number };

/** A statement that reads a page. */
export interface ListStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Whose rows it reads; left out or null: all merchants'. */
  readonly of?: OneMerchant | null;
  /** How it is put together from several nodes; left out: it reads what lies on one. */
  readonly spread?: Spread;
  /** Whose turn it takes: as in {@link Slice}. */
  readonly askedBy: string;
  /** For who asked for a page that the server could not read in time: what would make it shorter, in a sentence. */
  readonly narrowerBy: string;
}

/**
 * In what a page is ordered: always the id, said in a way that only the index has which the list is to be read by. The
 * planner would otherwise take the index of all ids, with what is asked for as a filter: ids stand on the disk in the order
 * in which they were drawn, so that it looks cheap, and reads the whole table where there is no such row.
 */
const ORDERS = {
  /** Indexes that begin with a merchant or an account. */
  'of one': (id: string) => `uuid_send(${id})`,
  /** Indexes of all merchants' rows. The same bytes; a merchant's list must not take them. */
  'of all': (id: string) => `substr(uuid_send(${id}), 1)`,
  /** Where nothing is asked for, or for what few rows have. */
  plain: (id: string) => id,
};

/**
 * A page of a table's rows in the order of their ids, read through an index that begins with what is asked for and ends
 * with the id: as many rows as the page has, however many the table has, and whatever the planner believes of them.
 *
 * Where several values of a leading column are wanted (no status is named: all of them), each combination is a stretch
 * of the index; a page is read from each, and the first rows of all are the page.
 *
 * The values come out of row sources (`unnest`) and are no constants to the planner: of a constant it would look up how
 * frequent it is among all rows, of a time how many rows were later when it last looked.
 */
export class ListQuery {
  private readonly values: unknown[] = [];
  private readonly stretches: string[] = [];
  private readonly conditions: string[] = [];
  /** What no index has: looked at in each row that the conditions find. */
  private readonly tried: string[] = [];
  private readonly ordered: (id: string) => string;
  private source: string;
  private narrowerBy = 'Follow `next` instead of a high `offset`.';
  private keyOfWide: readonly string[] | null = null;
  private merchant: OneMerchant | null = null;

  /** @param columns of the table, which is called `p`; @param order as the index has it that is to be used */
  constructor(
    private readonly table: string,
    private readonly columns: string,
    order: keyof typeof ORDERS = 'plain',
  ) {
    this.source = table;
    this.ordered = ORDERS[order];
  }

  /** One of these values, in a column (or an expression) that the index begins with. */
  among(expression: string, type: 'uuid' | 'text' | 'boolean', values: readonly unknown[]): this {
    if (expression === 'p.merchant_id' && values.length === 1) this.boundTo(values[0]);
    return this.from(`unnest(${this.parameter(values)}::${type}[])`, expression);
  }

  /**
   * The rows of a merchant, said as only the indexes of lists have it: where the planner knows nothing of a table yet, it
   * would find one row by any index that begins with the merchant, and go on so when there are many.
   */
  ofMerchant(merchantId: string): this {
    this.boundTo(merchantId);
    const name = this.rowsOf(`unnest(${this.parameter([merchantId])}::uuid[])`);
    this.conditions.push(`uuid_send(p.merchant_id) = uuid_send(${name}.value)`);
    return this;
  }

  /** A value that is found elsewhere, if at all. @param select one column; `$1` is the first value */
  looked(expression: string, select: string, values: readonly unknown[]): this {
    const numbered = select.replaceAll(/\$(\d)/g, (_, n) => this.parameter(values[Number(n) - 1]));
    return this.from(`(${numbered})`, expression);
  }

  /**
   * One row, or a few, that an index finds by these columns; nothing else is asked of the table. Columns with null are
   * left out.
   */
  found(values: Readonly<Record<string, unknown>>): this {
    this.boundTo(values['merchant_id']);
    const conditions = given(values).map(([column, value]) => `f.${column} = ${this.parameter(value)}`);
    // OFFSET 0 keeps the planner from mixing these conditions with the others.
    this.source = `(SELECT * FROM ${this.table} f WHERE ${conditions.join(' AND ')} OFFSET 0)`;
    return this;
  }

  /**
   * Tried on each row that is read. Null: whatever it is. Not written as an equation, for which an index could be looked for
   * that begins with it.
   */
  equal(values: Readonly<Record<string, unknown>>): this {
    this.boundTo(values['merchant_id']);
    for (const [column, value] of given(values))
      this.tried.push(`p.${column} IS NOT DISTINCT FROM ${this.parameter(value)}`);
    return this;
  }

  /** A part of one of these texts, looked for in each row that is read; the case of A to Z does not matter. */
  contains(expressions: readonly string[], part: string): this {
    const wanted = `lower(${this.parameter(part)}::text)`;
    this.tried.push(`(${expressions.map((text) => `strpos(lower(${text}), ${wanted}) > 0`).join(' OR ')})`);
    return this;
  }

  /** What is due for submission and waits for this; null: whatever it is. An index begins with it, behind the merchant. */
  waiting(what: WaitingFor | null): this {
    if (what === null) return this;
    return this.among('p.waiting_for', 'text', [what]).where(`p.next_step = 'submit'`);
  }

  /** From one amount to another, both included; null: any. Tried on each row that is read. */
  amount(column: string, { min, max }: AmountRange): this {
    if (min !== null) this.tried.push(`p.${column} >= ${this.parameter(min)}`);
    if (max !== null) this.tried.push(`p.${column} <= ${this.parameter(max)}`);
    return this;
  }

  /** Without parameters. */
  where(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  /**
   * The rows are wide: those that a high `offset` passes over are sorted by their keys, and only the page is read whole.
   * @param key the columns of the primary key
   */
  wide(...key: string[]): this {
    this.keyOfWide = key;
    return this;
  }

  /** Created from one moment on, and before another; null: any time. An id begins with the moment of its creation. */
  created({ createdFrom, createdTo }: { readonly createdFrom: Date | null; readonly createdTo: Date | null }): this {
    this.narrowerBy =
      createdFrom === null || createdTo === null
        ? 'Add `created_from` and `created_to`.'
        : 'Move `created_from` and `created_to` closer together.';
    if (createdFrom !== null) this.compared('>=', firstIdOf(createdFrom));
    if (createdTo !== null) this.compared('<', firstIdOf(createdTo));
    return this;
  }

  page({ take, order, offset, after, before, askedBy }: Slice): ListStatement {
    if (after !== null) this.compared('<', after);
    if (before !== null) this.compared('>', before);
    const key = this.keyOfWide?.map((column) => `p.${column}`).join(', ');
    const found = this.read(key ?? '*', order, take + offset);
    const takeAt = this.values.length;
    const page = `SELECT ${key ?? this.columns} FROM ${found}
      ORDER BY p.id ${order} LIMIT ${this.parameter(take)} OFFSET ${this.parameter(offset)}`;
    const text = this.keyOfWide === null ? page : this.whole(page, this.keyOfWide, order);
    const { table, columns } = this;
    return this.statement(text, askedBy, { table, columns, order, take, offset, takeAt });
  }

  /** OFFSET 0 has each row of the page found by its key, whatever the planner expects. */
  private whole(page: string, key: readonly string[], order: string): string {
    const same = [...key.map((column) => `w.${column} = k.${column}`), ...this.bounds('w')].join(' AND ');
    return `SELECT ${this.columns} FROM (${page}) k
      CROSS JOIN LATERAL (SELECT * FROM ${this.table} w WHERE ${same} OFFSET 0) p ORDER BY p.id ${order}`;
  }

  /** How many rows there are, or `upTo` where there are more: no more of a stretch of the index are read. */
  count(upTo: number, askedBy: string): ListStatement {
    const text = `SELECT count(*)::int AS count
      FROM (SELECT FROM ${this.read('', 'DESC', upTo)} LIMIT ${this.parameter(upTo)}) counted`;
    return this.statement(text, askedBy, { table: this.table, upTo });
  }

  /**
   * The same for what a person looks at: where something is tried on each row (an amount, say), no more than `upTo` rows are
   * looked at either, so that it costs the same whatever is asked for. The row has `count` and `isExact`.
   */
  countAmong(upTo: number, askedBy: string): ListStatement {
    const limit = upTo + 1;
    const tried = this.tried.length === 0 ? '' : `FILTER (WHERE ${this.tried.join(' AND ')})`;
    const found = this.read(this.tried.length === 0 ? '' : '*', 'DESC', limit, this.conditions);
    const columns = this.tried.length === 0 ? '' : 'p.*';
    const text = `SELECT least(count(*) ${tried}, ${upTo})::int AS count, count(*) <= ${upTo} AS "isExact"
      FROM (SELECT ${columns} FROM ${found} LIMIT ${this.parameter(limit)}) p`;
    return this.statement(text, askedBy, { table: this.table, upTo });
  }

  /** The rows `p` of all stretches, up to so many of each. @param columns of each of them */
  private read(
    columns: string,
    order: Slice['order'],
    limit: number,
    conditions = [...this.conditions, ...this.tried],
  ): string {
    const all = [...conditions, ...this.bounds('p')];
    const where = all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
    const rows = `${this.source} p ${where} ORDER BY ${this.ordered('p.id')} ${order} LIMIT ${this.parameter(limit)}`;
    return [...this.stretches, `LATERAL (SELECT ${columns} FROM ${rows}) p`].join(' CROSS JOIN ');
  }

  private statement(text: string, askedBy: string, spread: Spread): ListStatement {
    const { values, merchant: of, narrowerBy } = this;
    return { text, values, of, spread, askedBy, narrowerBy };
  }

  /** Null on plain PostgreSQL, where the condition is gone before the statement is planned. */
  private boundTo(merchantId: unknown): void {
    if (typeof merchantId !== 'string' || this.merchant !== null) return;
    this.merchant = { merchantId, boundAt: this.values.push(null) - 1 };
  }

  private bounds(row: string): string[] {
    return this.merchant === null ? [] : [bound(`${row}.merchant_id`, this.merchant.boundAt + 1)];
  }

  private compared(than: string, id: string): void {
    const name = this.rowsOf(`unnest(${this.parameter([id])}::uuid[])`);
    this.conditions.push(`${this.ordered('p.id')} ${than} ${this.ordered(`${name}.value`)}`);
  }

  private from(source: string, expression: string): this {
    this.conditions.push(`${expression} = ${this.rowsOf(source)}.value`);
    return this;
  }

  private rowsOf(source: string): string {
    const name = `s${this.stretches.length + 1}`;
    this.stretches.push(`${source} AS ${name}(value)`);
    return name;
  }

  private parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/**
 * All of these counts by one statement: of a row that changes meanwhile each sees the same. Each row has the place of its
 * statement, too.
 */
export function together(counts: readonly [ListStatement, ...ListStatement[]]): ListStatement {
  const values: unknown[] = [];
  const texts = counts.map(({ text, values: own }, place) => {
    const before = values.push(...own) - own.length;
    const renumbered = text.replaceAll(/\$(\d+)/g, (_, n) => `$${before + Number(n)}`);
    return `SELECT ${place} AS place, c${place}.* FROM (${renumbered}) c${place}`;
  });
  return { ...counts[0], text: texts.join(' UNION ALL '), values };
}

function given(values: Readonly<Record<string, unknown>>): [column: string, value: unknown][] {
  return Object.entries(values).filter(([, value]) => value !== null);
}
