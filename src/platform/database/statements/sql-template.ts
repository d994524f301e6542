import type { DistributedName, TableName } from '../../../../migrations/tables.js';

/** What is written into the gaps of a template. */
export interface Gaps {
  /** What it reads where it names this table. */
  table(name: TableName): string;
  /** The n-th of its values. */
  value(n: number): string;
}

/**
 * SQL with gaps for the tables that it reads and for its values: the same statement is written for the database as it is,
 * with the tables' own names and `$1`, and for a shard, which has tables of other names and takes no values.
 */
export type SqlTemplate = (gaps: Gaps) => string;

/** SQL whose gaps are other templates; texts stand as they are. */
export function template(
  pieces: TemplateStringsArray,
  ...parts: readonly (string | number | SqlTemplate)[]
): SqlTemplate {
  return (gaps) => {
    const filled = parts.map((part) => (typeof part === 'function' ? part(gaps) : part));
    return String.raw({ raw: pieces }, ...filled);
  };
}

/** One whose rows lie in shards; or the time by which work is due, which is the same for all. */
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

/** As an ordinary statement. */
export function textOf(statement: SqlTemplate): string {
  let text = texts.get(statement);
  if (text === undefined) texts.set(statement, (text = statement(ORDINARY)));
  return text;
}

/** @param before how many values of others stand before its own */
export function textBehind(before: number, statement: SqlTemplate): string {
  return statement({ ...ORDINARY, value: (n) => ORDINARY.value(before + n) });
}

const ORDINARY: Gaps = { table: (name) => name, value: (n) => `$${n}` };
