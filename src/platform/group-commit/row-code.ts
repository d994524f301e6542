import type { StagedRow } from './book-table-store.js';
import type { Column, Place } from './columns.js';

/** A column, and where its value comes from. */
export interface Source extends Column {
  readonly from: 'state' | 'book' | 'derived';
  readonly key: string;
  /** For a group: the key within the object. */
  readonly part?: string;
}

/** Makes one list of values for each column. */
export type ReadValues<State> = (rows: readonly State[], staged: readonly StagedRow<State>[]) => unknown[][];

type ReadList<State> = (rows: readonly State[], staged: readonly StagedRow<State>[]) => unknown[];

/**
 * Compiles the loop over the rows as if somebody had written it for these columns. A general loop, which looks up each
 * key by a name that it is given, takes eight times as long to read and half as long again to write, because V8 no
 * longer knows the shape of the objects. The compiled code contains nothing but names from the source code, quoted.
 */
export function compileWriter<State>(sources: readonly Source[]): ReadValues<State> {
  const lists = sources.map(({ from, key, part, write }) => {
    if (from === 'book') return compile<ReadList<State>>(`(rows, staged) => staged.map((row) => row[${quoted(key)}])`);
    if (from === 'derived') return compile<ReadList<State>>(`(rows) => rows.map(given)`, write);
    const value = part === undefined ? `row[${quoted(key)}]` : `row[${quoted(key)}]?.[${quoted(part)}] ?? null`;
    const written = write === undefined ? value : `nullOr(${value})`;
    return compile<ReadList<State>>(
      `(rows) => { const nullOr = (value) => value === null ? null : given(value); return rows.map((row) => ${written}); }`,
      write,
    );
  });
  return (rows, staged) => lists.map((list) => list(rows, staged));
}

/** Compiles the function that makes a state from a row of the database. */
export function compileReader<State>(
  fields: readonly (readonly [key: string, place: Place])[],
): (row: Readonly<Record<string, unknown>>) => State {
  const given: unknown[] = [];
  const stored = ({ name, read }: Column): string => {
    const value = `row[${quoted(name)}]`;
    return read === undefined ? value : `(${value} === null ? null : given[${given.push(read) - 1}](${value}))`;
  };
  const values = fields.map(([key, { column, group }]) => {
    if (column !== undefined) return `${quoted(key)}: ${stored(column)}`;
    const { parts, read, orNull } = group;
    const whole = `{ ${parts.map(([part, of]) => `${quoted(part)}: ${stored(of)}`).join(', ')} }`;
    if (orNull) return `${quoted(key)}: row[${quoted(parts[0]![1].name)}] === null ? null : ${whole}`;
    return `${quoted(key)}: ${read === undefined ? whole : `given[${given.push(read) - 1}](${whole})`}`;
  });
  return compile(`(row) => ({\n${values.join(',\n')}\n})`, given);
}

const quoted = (name: string): string => JSON.stringify(name);

function compile<Compiled>(code: string, given?: unknown): Compiled {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- names of columns and keys, and nothing from outside
  const make = new Function('given', `return ${code}`) as (given: unknown) => Compiled;
  return make(given);
}
