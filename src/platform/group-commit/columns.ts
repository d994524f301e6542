import { assert } from '../../shared/assert.js';

/** The type of a value in memory, by the type of its column. */
interface InMemory {
  readonly uuid: string;
  readonly text: string;
  readonly integer: number;
  readonly smallint: number;
  /** The driver reads it as decimal text; in memory it is a `bigint` all the same. */
  readonly bigint: bigint;
  readonly boolean: boolean;
  readonly timestamptz: Date;
  readonly jsonb: object;
  readonly bytea: Uint8Array;
}

export type SqlType = keyof InMemory;

/** The column types that store a value of this type without a conversion. */
type TypeFor<V> = [V] extends [string]
  ? 'uuid' | 'text'
  : [V] extends [number]
    ? 'integer' | 'smallint'
    : {
          [T in 'bigint' | 'boolean' | 'timestamptz' | 'bytea']: [V] extends [InMemory[T]] ? T : never;
        } extends infer Types
      ? [Types[keyof Types]] extends [never]
        ? 'jsonb'
        : Types[keyof Types]
      : never;

/** Converts a value that is not stored as it is. Null is stored as null: neither function is called with it. */
interface Conversion<T extends SqlType, V> {
  readonly write: (value: NonNullable<V>) => InMemory[T] | number;
  readonly read: (stored: InMemory[T]) => NonNullable<V>;
}

export interface Column {
  readonly name: string;
  readonly type: SqlType;
  /** False if the column is written with a new row and never again. */
  readonly changes: boolean;
  /** Left out if the value is stored as it is in memory. Never called with null. */
  readonly write?: (value: never) => unknown;
  /** Left out if the value is used as the driver reads it. Never called with null. */
  readonly read?: (stored: never) => unknown;
}

/** An object whose keys are stored in a column each. */
export interface Group {
  readonly parts: readonly (readonly [key: string, column: Column])[];
  /** Makes the value from the parts. Left out if the parts are the value. */
  readonly read?: (parts: never) => unknown;
  /** True if the value is null when the first of its columns is null. */
  readonly orNull: boolean;
}

/** Where a value is stored: in one column, or in a group of them. */
export type Place =
  { readonly column: Column; readonly group?: undefined } | { readonly group: Group; readonly column?: undefined };

/** Where the value of one key of a state is stored. */
export type Field<V> = Place & {
  /** Never set. It gives fields of different values different types. */
  readonly valueType?: (value: V) => V;
};

type KeyOf<State> = State extends unknown ? keyof State & string : never;
type ValueOf<State, Key extends string> = State extends unknown
  ? Key extends keyof State
    ? State[Key]
    : undefined
  : never;

/**
 * A field for each key of the state; of a union, for each key of any of its members. A key that is left out does not
 * compile, and the compiler's message names it.
 */
export type Columns<State> = { readonly [Key in KeyOf<State>]: Field<ValueOf<State, Key>> };

/** The values of a group's columns. Each may be null. */
type PartsOf<State> = { readonly [Key in KeyOf<State>]: NonNullable<ValueOf<State, Key>> | null };

/** A column that is written with a new row and never changes. */
export function fixed<V>(name: string, type: TypeFor<NonNullable<V>>): Field<V>;
export function fixed<V, T extends SqlType>(name: string, type: T, conversion: Conversion<T, NoInfer<V>>): Field<V>;
export function fixed(name: string, type: SqlType, conversion?: AnyConversion): Place {
  return { column: columnOf(name, type, false, conversion) };
}

/** A column that is written again whenever the row changes. */
export function changing<V>(name: string, type: TypeFor<NonNullable<V>>): Field<V>;
export function changing<V, T extends SqlType>(name: string, type: T, conversion: Conversion<T, NoInfer<V>>): Field<V>;
export function changing(name: string, type: SqlType, conversion?: AnyConversion): Place {
  return { column: columnOf(name, type, true, conversion) };
}

/**
 * An object within the state, with a column for each of its keys.
 * @param read makes the object from the columns' values, if its form depends on which of them are null
 */
export function group<V extends object>(columns: Columns<V>, read?: (parts: PartsOf<V>) => V): Field<V> {
  return { group: { parts: partsOf(columns), read, orNull: false } };
}

/**
 * The same for an object that may be missing: all of its columns are null then. Otherwise the first of them is not
 * null.
 */
export function groupOrNull<V extends object>(columns: Columns<V>): Field<V | null> {
  return { group: { parts: partsOf(columns), orNull: true } };
}

/** The fields of a table or of a group, without the types of their values. */
export function placesOf<State>(columns: Columns<State>): [key: string, place: Place][] {
  return Object.entries(columns as Readonly<Record<string, Place>>);
}

type AnyConversion = { readonly write: (value: never) => unknown; readonly read: (stored: never) => unknown };

function partsOf<V>(columns: Columns<V>): [key: string, column: Column][] {
  return placesOf(columns).map(([key, { column }]) => {
    assert(column !== undefined, 'a group within a group is not needed yet');
    return [key, column];
  });
}

function columnOf(name: string, type: SqlType, changes: boolean, conversion?: AnyConversion): Column {
  const { write, read } = conversion ?? {};
  return { name, type, changes, write, read: type === 'bigint' ? fromDecimal(read) : read };
}

function fromDecimal(read: ((stored: never) => unknown) | undefined): (decimal: string) => unknown {
  return read === undefined ? BigInt : (decimal) => read(BigInt(decimal) as never);
}
