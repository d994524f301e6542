import type { DistributedName, TableName } from '../../../../migrations/tables.js';

/** What is written into the gaps of a template. */
export interface Gaps {
  /** The text that names this table. */
  table(name: TableName): string;
  /** The text for the n-th value. */
  value(n: number): string;
}

/**
 * SQL with gaps for the tables that it reads and for its values. The same statement can be written for the database,
 * with the tables' own names and `$1`, and for a shard, where tables have other names and values are part of the text.
 */
export type SqlTemplate = (gaps: Gaps) => string;

/** SQL whose gaps are other templates; strings and numbers are inserted as they are. */
export function template(
  pieces: TemplateStringsArray,
  ...parts: readonly (string | number | SqlTemplate)[]
): SqlTemplate {
  return (gaps) => {
    const filled = parts.map((part) => (typeof part === 'function' ? part(gaps) : part));
    return String.raw({ raw: pieces }, ...filled);
  };
}

/** A table whose rows lie in shards; or `live_time`, by which work is due, and which is the same for all shards. */
export type SearchedTable = DistributedName | 'live_time';

export const table =
  (name: SearchedTable): SqlTemplate =>
  (gaps) =>
    gaps.table(name);

export const value =
  (n: number): SqlTemplate =>
  (gaps) =>
    gaps.value(n);

export const joined =
  (templates: readonly SqlTemplate[], by: string): SqlTemplate =>
  (gaps) =>
    templates.map((one) => one(gaps)).join(by);

const texts = new WeakMap<SqlTemplate, string>();

/** The template as an ordinary statement. */
export function textOf(statement: SqlTemplate): string {
  let text = texts.get(statement);
  if (text === undefined) {
    text = statement(ORDINARY);
    texts.set(statement, text);
  }
  return text;
}

/** The template as a part of a larger statement. @param before how many values of other parts precede its own */
export function textBehind(before: number, statement: SqlTemplate): string {
  return statement({ ...ORDINARY, value: (n) => ORDINARY.value(before + n) });
}

const ORDINARY: Gaps = { table: (name) => name, value: (n) => `$${n}` };
