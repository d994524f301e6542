import { createHash } from 'node:crypto';
import type pg from 'pg';
import { withBinaryArrays } from './binary-arrays.js';

/** Prepared statement names by their text. PostgreSQL cuts names off at 63 bytes, so a digest stands for the text. */
const names = new Map<string, string>();

export function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, name);
  }
  return name;
}

/** @param unprepared not prepared, as behind a pooler; otherwise prepared under a name, once per connection */
export function queryOf(text: string, values: readonly unknown[], unprepared: boolean): pg.QueryConfig {
  const query = { text, values: withBinaryArrays(text, values) };
  return unprepared ? query : { name: nameOf(text), ...query };
}

/** For other kinds of connections, none of which leads to a pooler. */
export const preparedQuery = (text: string, values: readonly unknown[]): pg.QueryConfig => queryOf(text, values, false);
