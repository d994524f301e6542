import type { ObjectLiteral, Repository } from 'typeorm';
import { firstIdOf } from '../../../shared/ids.js';
import type { Slice } from '../../../shared/slice.js';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import type { TableName } from '../../../../migrations/tables.js';
import { boundIn } from '../statements/bound.js';
import type { CountStatement, ListStatement, OneMerchant, SpreadCount, SpreadPage } from './list-statement.js';
import type { PointReads } from './point-reads.js';
import {
  joined,
  type SearchedTable,
  type SqlTemplate,
  table,
  template,
  textOf,
  value as valueAt,
} from '../statements/sql-template.js';

/** The state that the row with this id holds, or null. @param merchantId null: any merchant */
export async function findState<Row extends ObjectLiteral, State>(
  rows: Repository<Row>,
  fromRow: (row: Row) => State,
  { placement }: PointReads,
  merchantId: string | null,
  id: string,
): Promise<State | null> {
  const find = async (key: object): Promise<State | null> => {
    const row = await rows.findOneBy(key);
    return row === null ? null : fromRow(row);
  };
  if (merchantId !== null) return find({ merchant_id: merchantId, id });
  if (!placement.distributed) return find({ id });
  const name = rows.metadata.tableName as SearchedTable;
  const ownersOf = template`SELECT t.merchant_id FROM ${table(name)} t WHERE t.id = ${valueAt(1)}::uuid`;
  const owner = await placement.ownerOf(ownersOf, id);
  return owner === null ? null : find({ merchant_id: owner, id });
}

/** Both bounds are included; null: no bound. */
export interface AmountRange {
  readonly min: bigint | null;
  readonly max: bigint | null;
}

/** What the subquery of {@link ListQuery.inSubquery} is made with. */
interface SubqueryParts {
  readonly value: (value: unknown) => SqlTemplate;
  /** Binds a row to the merchant whose list it is. */
  readonly bound: (row: string) => SqlTemplate;
}

/**
 * The order of a page: always by id, but written in the form that only the intended index has. Otherwise the planner
 * would scan the index of all ids and filter the rows. That looks cheap, because ids lie on the disk in the order in
 * which they were made, but it reads the whole table if no row matches.
 */
const ORDERS = {
  /** Indexes that begin with a merchant or an account. */
  'of one': (id: string) => `uuid_send(${id})`,
  /** Indexes of all merchants' rows. The bytes are the same, but a merchant's list must not use these indexes. */
  'of all': (id: string) => `substr(uuid_send(${id}), 1)`,
  /** For lists without filters, or with filters that few rows match. */
  plain: (id: string) => id,
};

/**
 * A page of a table's rows in the order of their ids, read through an index that begins with the filtered columns and
 * ends with the id. So only as many rows are read as the page has, however many the table has and whatever the planner
 * estimates.
 *
 * If several values of a leading column are wanted (all statuses, if none is named), each combination is a stretch of
 * the index; a page is read from each stretch, and the first rows of all of these are the page.
 *
 * The values come from row sources (`unnest`), so that they are no constants to the planner: for a constant it would
 * look up how frequent it is among all rows, and for a time how many rows were later when statistics were last
 * gathered.
 */
export class ListQuery {
  private readonly values: unknown[] = [];
  private readonly valueSources: SqlTemplate[] = [];
  private readonly conditions: SqlTemplate[] = [];
  /** Conditions that no index serves: checked on each row that the other conditions find. */
  private readonly filters: SqlTemplate[] = [];
  private readonly ordered: (id: string) => string;
  private readonly rows: SqlTemplate;
  private source: SqlTemplate;
  private narrowerBy = 'Follow `next` instead of using a high `offset`.';
  private keyOfWide: readonly string[] | null = null;
  private merchant: OneMerchant | null = null;

  /** @param columns of the table, which is called `p` @param order the order of the index that is to be used */
  constructor(
    private readonly table: TableName,
    private readonly columns: string,
    order: keyof typeof ORDERS = 'plain',
  ) {
    this.rows = (gaps) => gaps.table(table);
    this.source = this.rows;
    this.ordered = ORDERS[order];
  }

  /** Rows with one of these values in a column (or an expression) with which the index begins. */
  among(expression: string, type: 'uuid' | 'text' | 'boolean', values: readonly unknown[]): this {
    if (expression === 'p.merchant_id' && values.length === 1) this.bindTo(values[0]);
    return this.whereEqualsAnyOf(template`unnest(${this.parameter(values)}::${type}[])`, expression);
  }

  /**
   * The rows of a merchant, written in the form that only the indexes of lists have. Without statistics of a table, the
   * planner would expect one row, choose any index that begins with the merchant, and do so even when there are many
   * rows.
   */
  ofMerchant(merchantId: string): this {
    this.bindTo(merchantId);
    const name = this.addValues(template`unnest(${this.parameter([merchantId])}::uuid[])`);
    return this.where(`uuid_send(p.merchant_id) = uuid_send(${name}.value)`);
  }

  /** Binds the statement to this merchant, whose rows the other conditions select. */
  boundToMerchant(merchantId: string): this {
    this.bindTo(merchantId);
    return this;
  }

  /** Rows with a value that a subquery finds, if any. @param select the subquery, of one column */
  inSubquery(expression: string, select: (found: SubqueryParts) => SqlTemplate): this {
    const subquery = select({
      value: (value) => this.parameter(value),
      bound: (row) => this.bounds(row)[0] ?? template`true`,
    });
    return this.whereEqualsAnyOf(template`(${subquery})`, expression);
  }

  /**
   * One row, or a few, that an index finds by these columns; the other conditions are applied afterwards. Columns with
   * null are left out.
   */
  byKey(values: Readonly<Record<string, unknown>>): this {
    this.bindTo(values['merchant_id']);
    const conditions = given(values).map(([column, value]) => template`f.${column} = ${this.parameter(value)}`);
    // OFFSET 0 keeps the planner from mixing these conditions with the others.
    this.source = template`(SELECT * FROM ${this.rows} f WHERE ${joined(conditions, ' AND ')} OFFSET 0)`;
    return this;
  }

  /**
   * Rows with these values, checked on each row that is read. Null: any value. Not written with `=`, so that the
   * planner does not look for an index that begins with the column.
   */
  equal(values: Readonly<Record<string, unknown>>): this {
    this.bindTo(values['merchant_id']);
    for (const [column, value] of given(values))
      this.filters.push(template`p.${column} IS NOT DISTINCT FROM ${this.parameter(value)}`);
    return this;
  }

  /** Rows with this part in one of the texts, checked on each row that is read; the case of A to Z does not matter. */
  contains(expressions: readonly string[], part: string): this {
    const wanted = template`lower(${this.parameter(part)}::text)`;
    const found = expressions.map((text) => template`strpos(lower(${text}), ${wanted}) > 0`);
    this.filters.push(template`(${joined(found, ' OR ')})`);
    return this;
  }

  /**
   * Rows that are due for submission and wait for this; null: no condition. An index has the column after the merchant.
   */
  waiting(what: WaitingFor | null): this {
    if (what === null) return this;
    return this.among('p.waiting_for', 'text', [what]).where(`p.next_step = 'submit'`);
  }

  /** Rows with an amount in this range, checked on each row that is read. */
  amount(column: string, { min, max }: AmountRange): this {
    if (min !== null) this.filters.push(template`p.${column} >= ${this.parameter(min)}`);
    if (max !== null) this.filters.push(template`p.${column} <= ${this.parameter(max)}`);
    return this;
  }

  /** @param condition without parameters */
  where(condition: string): this {
    this.conditions.push(template`${condition}`);
    return this;
  }

  /**
   * For wide rows: those that a high `offset` skips are sorted by their keys alone, and only the page is read in full.
   * @param key the columns of the primary key
   */
  wide(...key: string[]): this {
    this.keyOfWide = key;
    return this;
  }

  /** Rows created from one moment on, and before another; null: no bound. Ids begin with the time of their creation. */
  created({ createdFrom, createdTo }: { readonly createdFrom: Date | null; readonly createdTo: Date | null }): this {
    this.narrowerBy =
      createdFrom === null || createdTo === null
        ? 'Add `created_from` and `created_to`.'
        : 'Move `created_from` and `created_to` closer together.';
    if (createdFrom !== null) this.whereId('>=', firstIdOf(createdFrom));
    if (createdTo !== null) this.whereId('<', firstIdOf(createdTo));
    return this;
  }

  page({ take, order, offset, after, before, askedBy }: Slice): ListStatement {
    if (after !== null) this.whereId('<', after);
    if (before !== null) this.whereId('>', before);
    const key = this.keyOfWide?.map((column) => `p.${column}`).join(', ');
    const found = this.read(key ?? '*', order, take + offset);
    const takeAt = this.values.length;
    const page = template`SELECT ${key ?? this.columns} FROM ${found}
      ORDER BY p.id ${order} LIMIT ${this.parameter(take)} OFFSET ${this.parameter(offset)}`;
    const whole = this.keyOfWide === null ? page : this.whole(page, this.keyOfWide, order);
    const { table, columns } = this;
    return this.statement(askedBy, { table, template: whole, columns, order, take, offset, takeAt });
  }

  /** OFFSET 0 makes the planner find each row of the page by its key, whatever it expects. */
  private whole(page: SqlTemplate, key: readonly string[], order: string): SqlTemplate {
    const same = [...key.map((column) => template`w.${column} = k.${column}`), ...this.bounds('w')];
    return template`SELECT ${this.columns} FROM (${page}) k
      CROSS JOIN LATERAL (SELECT * FROM ${this.rows} w WHERE ${joined(same, ' AND ')} OFFSET 0) p ORDER BY p.id ${order}`;
  }

  /** How many rows there are, at most `upTo`: no more than that are read from a stretch of the index. */
  count(upTo: number, askedBy: string): CountStatement {
    const count = template`SELECT count(*)::int AS count
      FROM (SELECT FROM ${this.read('', 'DESC', upTo)} LIMIT ${this.parameter(upTo)}) counted`;
    return this.statement(askedBy, { table: this.table, template: count, upTo });
  }

  /**
   * The same for a count that is shown to people: if something is checked on each row (an amount, say), the rows that
   * are checked are limited to `upTo`, too, so that it costs the same whatever the filter is. The row has `count` and
   * `isExact`.
   */
  countAmong(upTo: number, askedBy: string): CountStatement {
    const limit = upTo + 1;
    const hasFilters = this.filters.length > 0;
    const matching = hasFilters ? template`FILTER (WHERE ${joined(this.filters, ' AND ')})` : '';
    const found = this.read(hasFilters ? '*' : '', 'DESC', limit, this.conditions);
    const count = template`SELECT least(count(*) ${matching}, ${upTo})::int AS count, count(*) <= ${upTo} AS "isExact"
      FROM (SELECT ${hasFilters ? 'p.*' : ''} FROM ${found} LIMIT ${this.parameter(limit)}) p`;
    return this.statement(askedBy, { table: this.table, template: count, upTo });
  }

  /** The rows `p` of all stretches, up to `limit` of each. @param columns those that are read of each row */
  private read(
    columns: string,
    order: Slice['order'],
    limit: number,
    conditions = [...this.conditions, ...this.filters],
  ): SqlTemplate {
    const all = [...conditions, ...this.bounds('p')];
    const where = all.length === 0 ? '' : template`WHERE ${joined(all, ' AND ')}`;
    const rows = template`${this.source} p ${where} ORDER BY ${this.ordered('p.id')} ${order} LIMIT ${this.parameter(limit)}`;
    return joined([...this.valueSources, template`LATERAL (SELECT ${columns} FROM ${rows}) p`], ' CROSS JOIN ');
  }

  private statement<Spread extends SpreadPage | SpreadCount>(askedBy: string, spread: Spread) {
    const { values, merchant: of, narrowerBy } = this;
    return { text: textOf(spread.template), values, of, spread, askedBy, narrowerBy };
  }

  /** The value stays null on plain PostgreSQL, where the condition is removed before the statement is planned. */
  private bindTo(merchantId: unknown): void {
    if (typeof merchantId !== 'string' || this.merchant !== null) return;
    this.merchant = { merchantId, boundAt: this.values.push(null) - 1 };
  }

  private bounds(row: string): SqlTemplate[] {
    return this.merchant === null ? [] : [boundIn(`${row}.merchant_id`, this.merchant.boundAt + 1)];
  }

  private whereId(than: string, id: string): void {
    const name = this.addValues(template`unnest(${this.parameter([id])}::uuid[])`);
    this.where(`${this.ordered('p.id')} ${than} ${this.ordered(`${name}.value`)}`);
  }

  private whereEqualsAnyOf(source: SqlTemplate, expression: string): this {
    return this.where(`${expression} = ${this.addValues(source)}.value`);
  }

  private addValues(source: SqlTemplate): string {
    const name = `s${this.valueSources.length + 1}`;
    this.valueSources.push(template`${source} AS ${name}(value)`);
    return name;
  }

  private parameter(value: unknown): SqlTemplate {
    return valueAt(this.values.push(value));
  }
}

function given(values: Readonly<Record<string, unknown>>): [column: string, value: unknown][] {
  return Object.entries(values).filter(([, value]) => value !== null);
}
