import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DISTRIBUTED_NAMES } from '../../../../migrations/tables.js';
import type { HashRange } from '../../../shared/shard-hint.js';
import { grouped } from '../../../shared/grouped.js';
import { nodeStates, type UnreachableNodes } from './nodes.js';
import type { Sql } from '../statements/sql.js';
import type { Gaps, SqlTemplate } from '../statements/sql-template.js';

/**
 * Each group of shards that belong together, with its node. A node has no tables but shards, so `live_time` is sent to
 * it as a subquery with the coordinator's values.
 */
export const PLACES = `
  SELECT n.nodename AS host, n.nodeport AS port, json_object_agg(s.logicalrelid::text, s.shardid::text) AS shards,
    (SELECT format('(SELECT %L::bigint AS live_ms, %L::bigint AS set_back_live_ms) AS live_time', live_ms, set_back_live_ms)
     FROM live_time) AS "liveTime"
  FROM pg_dist_shard s JOIN pg_dist_placement p USING (shardid) JOIN pg_dist_node n ON n.groupid = p.groupid
  WHERE n.noderole = 'primary' AND s.logicalrelid::text = ANY($1::text[])
    AND ($3::integer IS NULL OR s.shardminvalue::integer <= $4 AND s.shardmaxvalue::integer >= $3)
  GROUP BY n.nodename, n.nodeport, s.shardminvalue
  HAVING bool_or(CASE WHEN $2::uuid IS NULL THEN true
    ELSE s.shardid = get_shard_id_for_distribution_column('public.books', $2::uuid) END)`;

/**
 * Makes a new connection to each node. A node that accepts the connection and then does not answer is waited for no
 * longer than the given time. The coordinator would warn of it, as of a lost commit: warnings are off, because these
 * statements only read, and the caller says which node has failed.
 */
const ON_NODES = `
  SELECT node_name || ':' || node_port AS node, success, result
  FROM (
    SELECT set_config('citus.node_connection_timeout', $4, true) || set_config('client_min_messages', 'error', true) AS set
  ) settings
  CROSS JOIN LATERAL master_run_on_worker($1::text[], $2::integer[], $3::text[], settings.set IS NOT NULL)`;

/**
 * How long a node is waited for. A search for work is repeated in a second. A reader is refused because of a slow node
 * before the five seconds of a list are over, which would mean that the list asks for too much. `verify` can wait.
 */
export const FOR_WORK_MS = 2_000;
const FOR_READERS_MS = 3_000;
const FOR_VERIFY_MS = 5_000;

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly shards: Readonly<Record<string, string>>;
  readonly liveTime: string;
}

interface Answer {
  readonly node: string;
  readonly success: boolean;
  readonly result: string;
}

export const logSkipped = (what: string): void =>
  Logger.warn(`${what} could not be read, so its rows are left out until it can`, 'Database');

/** Where to look, and how the rows of several shards are put together. */
export interface Sorted {
  /** The one merchant whose rows are wanted, from one shard. Left out or null: all. */
  readonly of?: string | null;
  /** Only the shards of books whose ids have these hashes. */
  readonly within?: HashRange;
  /** Columns of the result, whose texts sort in the order of the statement. */
  readonly by?: readonly string[];
  readonly order?: 'ASC' | 'DESC';
  readonly limit?: number;
  /** Fails if a node does not answer, because its rows would be missing. */
  readonly whole?: boolean;
  /** These nodes are not asked. A node that does not answer is added to them; any other failure of a node is thrown. */
  readonly unreachable?: UnreachableNodes;
  /** Called for each node that is skipped. Left out: it is logged. */
  readonly skipped?: (what: string) => void;
}

/** A node that does not answer is an error like an unreachable database. */
export class NodeUnreachable extends Error {
  /** PostgreSQL's code for a server that is not reached. */
  readonly code = '08006';

  constructor({ node, result }: Answer) {
    super(`node ${node} does not answer: ${firstLine(result)}`);
  }
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Runs a statement that only reads on each shard separately, on all nodes at the same time, and puts the rows together.
 * Citus would refuse to distribute some of these statements, or would read from no node while one is down. A node that
 * does not answer is skipped: its rows are found when it is back. For searches that are repeated, and whose results are
 * decided on elsewhere. Values are as in JSON.
 */
export async function onEveryShard<Found>(
  sql: Sql,
  statement: SqlTemplate,
  values: readonly unknown[],
  {
    of = null,
    within,
    by = [],
    order = 'ASC',
    limit = Infinity,
    whole = false,
    unreachable,
    skipped = logSkipped,
  }: Sorted,
): Promise<Found[]> {
  const places = await sql.query<Place>(PLACES, [DISTRIBUTED_NAMES, of, within?.from ?? null, within?.to ?? null]);
  const commands = perNode(places)
    .filter((there) => !unreachable?.has(nameOf(there[0]!)))
    .map((there) => ({ node: there[0]!, text: commandFor(statement, values, there) }));
  const answers = commands.length === 0 ? [] : await ask(sql, commands, patienceMsOf(unreachable, whole));
  const failures = answers.filter(({ success }) => !success);
  if (whole && failures.length > 0) throw new NodeUnreachable(failures[0]!);
  if (unreachable !== undefined) await addUnreachable(sql, unreachable, failures);
  const left = unreachable ?? new Map(failures.map(({ node, result }) => [node, firstLine(result)]));
  for (const place of perNode(places).map((there) => nameOf(there[0]!)))
    if (left.has(place)) skipped(`node ${place} (${left.get(place)})`);
  const rows = answers.flatMap(({ success, result }) => (success ? (JSON.parse(result) as Row[]) : []));
  return rows.sort(inOrder(by, order)).slice(0, limit) as Found[];
}

function patienceMsOf(unreachable: UnreachableNodes | undefined, whole: boolean): number {
  if (unreachable !== undefined) return FOR_VERIFY_MS;
  return whole ? FOR_READERS_MS : FOR_WORK_MS;
}

/** Rows of one shard with equal texts stay in their order. */
function inOrder(by: readonly string[], order: 'ASC' | 'DESC'): (a: Row, b: Row) => number {
  const keyOf = (row: Row): string => by.map((column) => String(row[column])).join(' ');
  return (a, b) => {
    const first = keyOf(a);
    const second = keyOf(b);
    if (first === second) return 0;
    return first < second === (order === 'ASC') ? -1 : 1;
  };
}

export function ask(
  sql: Sql,
  commands: readonly { readonly node: Place; readonly text: string }[],
  patienceMs: number,
): Promise<Answer[]> {
  return sql.query<Answer>(ON_NODES, [
    commands.map(({ node }) => node.host),
    commands.map(({ node }) => node.port),
    commands.map((command) => command.text),
    String(patienceMs),
  ]);
}

/** A node that answers may have failed at the statement. @throws what it said then */
async function addUnreachable(sql: Sql, known: UnreachableNodes, failures: readonly Answer[]): Promise<void> {
  if (failures.length === 0) return;
  const answering = new Set((await nodeStates(sql)).filter(({ answers }) => answers).map(({ node }) => node));
  for (const { node, result } of failures) {
    if (answering.has(node)) throw new Error(`node ${node}: ${firstLine(result)}`);
    known.set(node, firstLine(result));
  }
}

const firstLine = (text: string): string => text.split('\n')[0]!;

export const nameOf = ({ host, port }: Place): string => `${host}:${port}`;

export function perNode(places: readonly Place[]): Place[][] {
  return [...grouped(places, nameOf).values()];
}

export function commandFor(statement: SqlTemplate, values: readonly unknown[], places: readonly Place[]): string {
  const parts = places.map((place) => `(${statement(gapsOn(place, values))})`);
  return `SELECT coalesce(json_agg(f), '[]') FROM (${parts.join(' UNION ALL ')}) f`;
}

/** A statement that is sent to a node has no parameters. */
function gapsOn({ shards, liveTime }: Place, values: readonly unknown[]): Gaps {
  return {
    table: (name) => (name === 'live_time' ? liveTime : `${name}_${shards[name]}`),
    value: (n) => literal(values[n - 1]),
  };
}

/** A value as an SQL literal. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`;
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  return pg.escapeLiteral(`${value as string}`);
}
