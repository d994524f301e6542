import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { assert } from '../../shared/assert.js';
import type { Sql } from '../database/statements/sql.js';
import type { LoadedRow, StagedRow, Statement } from './book-table-store.js';
import { bound, type BoundTo } from '../database/statements/bound.js';
import { FEW_ROWS, insertion, insertionOfFew } from './insertion.js';
import { type Column, type Columns, type Field, type Place, placesOf } from './columns.js';
import { compileReader, compileWriter, type ReadValues, type Source } from './row-code.js';

/** A row as the driver returns it, by the names of its columns. */
export type StoredRow = Readonly<Record<string, unknown>>;

interface Definition<State> {
  readonly columns: Columns<State>;
  /** Columns that are not in the state: whose book the row is in, and the key of the row. */
  readonly fromBook?: { readonly merchantId: Field<string>; readonly key?: Field<string> };
  /** The keys of the state by which a row is found again, after those of `fromBook`. */
  readonly key?: readonly (keyof State & string)[];
  /** Columns that are computed when the row is written, and never read. */
  readonly derived?: readonly Derived<State>[];
}

interface Derived<State> extends Omit<Column, 'write' | 'read'> {
  readonly write: (state: State) => unknown;
}

/**
 * A table of the write path, with each field defined in one place. From the columns follow the statements that write
 * any number of rows, the columns to select, how a row becomes a state, and the entity for TypeORM's queries.
 */
export class Rows<State extends object> {
  /** Makes a state from a row. It reads only the columns of {@link list}. */
  readonly fromRow: (row: StoredRow) => State;

  private readonly keys: readonly Source[];
  private readonly changing: readonly Source[];
  private readonly all: readonly Source[];
  private readonly insertValues: ReadValues<State>;
  private readonly updateValues: ReadValues<State>;
  private readonly texts: Readonly<Record<'find' | 'insert' | 'update' | 'updateOne', string>>;
  /** INSERTs of one row, of two, and so on. */
  private readonly insertFew: readonly string[];

  constructor(
    readonly table: string,
    { columns, fromBook, key = [], derived = [] }: Definition<State>,
  ) {
    const fields = placesOf(columns);
    const isKey = (source: Source): boolean => (key as readonly string[]).includes(source.key);
    const book = Object.entries<Place>(fromBook ?? {}).flatMap((field) => sourcesOf(field, 'book'));
    const state = fields.flatMap((field) => sourcesOf(field, 'state'));
    const workedOut = derived.map((column): Source => ({ ...column, from: 'derived', key: column.name }));
    this.keys = [...book, ...state.filter(isKey)];
    this.changing = state.filter((source) => source.changes);
    this.all = [...this.keys, ...state.filter((source) => !isKey(source)), ...workedOut];
    this.fromRow = compileReader(fields);
    this.insertValues = compileWriter(this.all);
    this.updateValues = compileWriter(this.written);
    const insert = insertion(table, this.all);
    this.texts = { find: this.find(), insert, update: this.update(), updateOne: this.updateOne() };
    this.insertFew = Array.from({ length: FEW_ROWS }, (_, i) => insertionOfFew(table, this.all, i + 1));
    assert(new Set(this.all.map(({ name }) => name)).size === this.all.length, `each column of ${table} stands once`);
  }

  /** The rows that the batch names, by merchant and key. For tables whose key has two columns. */
  async load(
    sql: Sql,
    merchantIds: readonly string[],
    keys: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<State>[]> {
    const [merchant, key] = this.keys;
    const rows = await sql.query<StoredRow>(this.texts.find, [merchantIds, keys, boundTo]);
    return rows.map((row) => ({
      merchantId: row[merchant!.name] as string,
      key: row[key!.name] as string,
      row: this.fromRow(row),
    }));
  }

  /** One INSERT of the new rows and one UPDATE of the others, which leaves fixed columns as they are. */
  write(staged: readonly StagedRow<State>[], boundTo: BoundTo): Statement[] {
    const added = staged.filter(({ isNew }) => isNew);
    const changed = staged.filter(({ isNew }) => !isNew);
    const statements: Statement[] = [];
    if (added.length > 0) statements.push(this.insert(added, boundTo));
    if (changed.length > 0) statements.push(this.change(changed, boundTo));
    return statements;
  }

  private change(changed: readonly StagedRow<State>[], boundTo: BoundTo): Statement {
    const lists = valuesOf(this.updateValues, changed);
    if (changed.length > 1) return { text: this.texts.update, values: [...lists, boundTo] };
    return { text: this.texts.updateOne, values: rowOf(lists, 0, this.written) };
  }

  insert(staged: readonly StagedRow<State>[], boundTo: BoundTo): Statement {
    return this.insertion(valuesOf(this.insertValues, staged), boundTo, staged.length);
  }

  /** The same for states that contain the merchant's id themselves. */
  insertOf(rows: readonly State[], boundTo: BoundTo): Statement {
    return this.insertion(this.insertValues(rows, []), boundTo, rows.length);
  }

  private insertion(lists: readonly unknown[][], boundTo: BoundTo, count: number): Statement {
    const few = this.insertFew[count - 1];
    if (few === undefined) return { text: this.texts.insert, values: [...lists, boundTo] };
    return { text: few, values: Array.from({ length: count }, (_, i) => rowOf(lists, i, this.all)).flat() };
  }

  /** The columns to select. @param alias of the table in the query */
  list(alias: string): string {
    return namesOf(this.all.filter(isStored), `${alias}.`);
  }

  /** What TypeORM needs for its queries. It neither creates the table nor writes to it. */
  entity(): EntitySchema<StoredRow> {
    const columns = this.all.filter(isStored).map((column): [string, EntitySchemaColumnOptions] => {
      return [column.name, { type: column.type, primary: this.keys.includes(column) }];
    });
    return new EntitySchema<StoredRow>({ name: this.table, columns: Object.fromEntries(columns) });
  }

  private find(): string {
    return `SELECT ${this.list('t')} FROM unnest(${parametersOf(this.keys)}) AS wanted(${namesOf(this.keys)})
      JOIN ${this.table} t ON ${pairsOf(this.keys, 't.', 'wanted.').join(' AND ')}
      WHERE ${bound(`t.${this.merchant}`, this.keys.length + 1)}`;
  }

  private get written(): readonly Source[] {
    return [...this.keys, ...this.changing];
  }

  /** Like `insertionOfFew`: updates one row, with a parameter for each value. */
  private updateOne(): string {
    const pairs = this.written.map(({ name, type }, i) => `${name} = $${i + 1}::${type}`);
    const keys = pairs.slice(0, this.keys.length);
    const changes = pairs.slice(this.keys.length);
    return `UPDATE ${this.table} SET ${changes.join(', ')} WHERE ${keys.join(' AND ')}`;
  }

  private update(): string {
    const { written } = this;
    return `UPDATE ${this.table} t SET ${pairsOf(this.changing, '', 'c.').join(', ')}
      FROM unnest(${parametersOf(written)}) AS c(${namesOf(written)})
      WHERE ${pairsOf(this.keys, 't.', 'c.').join(' AND ')} AND ${bound(`t.${this.merchant}`, written.length + 1)}`;
  }

  /** The column by which the rows are distributed. */
  private get merchant(): string {
    return this.keys[0]!.name;
  }
}

function sourcesOf([key, { column, group }]: [string, Place], from: Source['from']): Source[] {
  if (column !== undefined) return [{ ...column, from, key }];
  return group.parts.map(([part, of]) => ({ ...of, from, key, part }));
}

function valuesOf<State>(read: ReadValues<State>, staged: readonly StagedRow<State>[]): unknown[][] {
  return read(
    staged.map(({ row }) => row),
    staged,
  );
}

/**
 * The values of one row, for a parameter each. JSON is passed as text: the driver would turn a list into an array of
 * PostgreSQL.
 */
function rowOf(lists: readonly unknown[][], i: number, columns: readonly Column[]): unknown[] {
  return lists.map((list, column) => {
    const value = list[i];
    const isJson = columns[column]!.type === 'jsonb' && typeof value === 'object' && value !== null;
    return isJson ? JSON.stringify(value) : value;
  });
}

const isStored = ({ from }: Source): boolean => from !== 'derived';

function namesOf(columns: readonly Column[], prefix = ''): string {
  return columns.map(({ name }) => prefix + name).join(', ');
}

function parametersOf(columns: readonly Column[]): string {
  return columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ');
}

function pairsOf(columns: readonly Column[], left: string, right: string): string[] {
  return columns.map(({ name }) => `${left}${name} = ${right}${name}`);
}
