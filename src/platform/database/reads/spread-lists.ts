import { DISTRIBUTED } from '../../../../migrations/tables.js';
import type { ListStatement, SpreadCount, SpreadPage } from './list-statement.js';
import type { Placement } from '../shards/placement.js';
import type { Sql } from '../statements/sql.js';
import { template } from '../statements/sql-template.js';

/** The column by which each table is distributed. */
const PLACED_BY = new Map<string, string>(DISTRIBUTED.flat().map(({ name, by }) => [name, by]));

interface Key {
  readonly merchant: string;
  readonly id: string;
}

interface Count {
  readonly count: number;
  readonly isExact?: boolean;
}

export type SpreadStatement = ListStatement & { readonly spread: SpreadPage | SpreadCount };

/** Whether the statement reads all merchants' rows of a table that lies on several nodes. */
export function isSpread(statement: ListStatement): statement is SpreadStatement {
  const { spread, of } = statement;
  return spread !== undefined && !of && PLACED_BY.has(spread.table);
}

/** The rows of a list, from all nodes. @throws if a node does not answer, since the page would leave merchants out */
export async function readSpread<Row>(sql: Sql, placement: Placement, statement: SpreadStatement): Promise<Row[]> {
  const { spread, values } = statement;
  if ('upTo' in spread) return [await count(placement, spread, values)] as Row[];
  return page<Row & { readonly id: string }>(sql, placement, spread, values);
}

async function count(
  placement: Placement,
  { template, upTo }: SpreadCount,
  values: readonly unknown[],
): Promise<Count> {
  const counts = await placement.search<Count>(template, values, { whole: true });
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  return { count: Math.min(all, upTo), isExact: all <= upTo && counts.every(({ isExact }) => isExact !== false) };
}

/**
 * Finds the keys of the page on every shard, and then reads its rows by an ordinary query, so that they look as usual.
 */
async function page<Row extends { readonly id: string }>(
  sql: Sql,
  placement: Placement,
  { table, template: rowsOf, columns, order, take, offset, takeAt }: SpreadPage,
  values: readonly unknown[],
): Promise<Row[]> {
  const by = PLACED_BY.get(table)!;
  const limit = take + offset;
  const found = await placement.search<Key>(
    template`SELECT page.${by} AS merchant, page.id FROM (${rowsOf}) page`,
    values.with(takeAt, limit).with(takeAt + 1, 0),
    { whole: true, by: ['id'], order, limit },
  );
  const keys = found.slice(offset);
  if (keys.length === 0) return [];
  const rows = await sql.query<Row>(
    `SELECT ${columns} FROM ${table} p WHERE p.${by} = ANY($1::uuid[]) AND p.id = ANY($2::uuid[])`,
    [keys.map(({ merchant }) => merchant), keys.map(({ id }) => id)],
  );
  const places = new Map(keys.map(({ id }, place) => [id, place]));
  return rows.sort((a, b) => places.get(a.id)! - places.get(b.id)!);
}
