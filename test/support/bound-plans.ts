import { DISTRIBUTED_NAMES, type TableName, TABLES } from '../../migrations/tables.js';
import type { SqlSession } from './sql-session.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly Operation?: string;
  readonly Output?: readonly string[];
  readonly Plans?: readonly PlanNode[];
  readonly [other: string]: unknown;
}

/**
 * The tables with merchants' rows, and the column that names the merchant. Other tables are the same on every node, or
 * are read separately.
 */
const MERCHANT_COLUMNS = `
  SELECT table_name AS name, column_name AS column, ordinal_position::integer AS place FROM information_schema.columns
  WHERE table_schema = 'public' AND (column_name = 'merchant_id' OR (table_name = 'merchants' AND column_name = 'id'))`;

const CONDITIONS = ['Index Cond', 'Recheck Cond', 'Filter'] as const;

/** Two merchants' ids, as a statement of a batch contains them. */
const MERCHANTS = ['01980000-0000-7000-8000-00000000000a', '01980000-0000-7000-8000-00000000000b'];

/**
 * The tables that a statement of the write path reads or writes without restricting it to the merchants of its batch,
 * according to PostgreSQL's plan: such a statement is not limited to one shard. A statement on the coordinator's own
 * tables needs no restriction; one that joins them with other tables cannot be sent to a node.
 */
export async function unboundTables(psql: SqlSession, statement: string): Promise<string[]> {
  const columns = await psql.query<{ name: string; column: string; place: number }>(MERCHANT_COLUMNS);
  const merchantOf = new Map(columns.map(({ name, ...merchant }) => [name, merchant]));
  const isBound = (node: PlanNode): boolean => {
    const merchant = merchantOf.get(node['Relation Name']!);
    if (merchant === undefined) return true;
    const condition = new RegExp(
      `\\b${merchant.column} = (ANY \\('\\{${MERCHANTS.join(',')}\\}'::uuid\\[\\]\\)|'${MERCHANTS[0]}'::uuid)`,
    );
    return CONDITIONS.some((kind) => condition.test(String(node[kind])));
  };
  const nodes = nodesOf(await planOf(psql, statement));
  const isLocal = (node: PlanNode): boolean => TABLES[node['Relation Name'] as TableName] === 'local';
  if (nodes.every((node) => node['Relation Name'] === undefined || isLocal(node))) return [];
  const unbound = nodes.filter((node) => {
    if (isLocal(node)) return true;
    if (node.Operation === 'Insert') {
      const merchant = merchantOf.get(node['Relation Name']!);
      return !node.Plans!.some(({ Output }) => merchant && isOfBatch(Output![merchant.place - 1]!, nodes, statement));
    }
    return node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable' && !isBound(node);
  });
  return unbound.map((node) => node['Relation Name']!);
}

/** Which tables a statement reads or writes, by the plan that PostgreSQL makes of it. */
export async function tablesOf(psql: SqlSession, statement: string): Promise<string[]> {
  return nodesOf(await planOf(psql, statement)).flatMap((node) => node['Relation Name'] ?? []);
}

const SHARD = '7';

export const isOfShard = (name: string): boolean => name.endsWith(`_${SHARD}`);

/** Creates tables that are named as those of a shard, for as long as `work` takes. */
export async function withShard(
  psql: SqlSession,
  work: (tables: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  for (const name of DISTRIBUTED_NAMES) await psql.query(`CREATE TABLE ${name}_${SHARD} (LIKE ${name} INCLUDING ALL)`);
  try {
    await work(Object.fromEntries(DISTRIBUTED_NAMES.map((name) => [name, SHARD])));
  } finally {
    for (const name of DISTRIBUTED_NAMES) await psql.query(`DROP TABLE ${name}_${SHARD}`);
  }
}

/** Whether an inserted row's merchant comes from the books, or is a parameter in each of the few rows. */
function isOfBatch(merchant: string, nodes: readonly PlanNode[], statement: string): boolean {
  const books = nodes.find((node) => node['Relation Name'] === 'books')?.Alias;
  if (merchant === `${books}.merchant_id` || merchant === `'${MERCHANTS[0]}'::uuid`) return true;
  const [, n] = /^"\*VALUES\*"\.column(\d+)$/.exec(merchant) ?? [];
  if (n === undefined) return false;
  // A plan for several rows does not show their values.
  const rows = [...statement.slice(statement.indexOf('VALUES')).matchAll(/\(([^()]*)\)/g)];
  return rows.every(([, values]) => /^\$\d+::uuid$/.test(values!.split(', ')[Number(n) - 1] ?? ''));
}

/** A value of this type, or a list. */
function valueOf(type: string): string {
  if (type === 'uuid[]') return `'{${MERCHANTS.join(',')}}'`;
  if (type.endsWith('[]')) return `'{}'`;
  if (type === 'uuid') return `'${MERCHANTS[0]}'`;
  return type === 'timestamptz' ? `'now'` : `'1'`;
}

/** The plan with values filled in, as it is made for distributed tables. */
async function planOf(psql: SqlSession, statement: string): Promise<PlanNode> {
  const types = [
    ...new Map([...statement.matchAll(/\$(\d+)::(\w+(?:\[\])?)/g)].map(([, n, type]) => [Number(n), type!])),
  ]
    .toSorted(([a], [b]) => a - b)
    .map(([, type]) => type);
  const values = types.map(valueOf);
  const given = types.length === 0 ? '' : `(${values.join(', ')})`;
  await psql.query('SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off');
  await psql.query(`PREPARE shape${types.length === 0 ? '' : `(${types.join(', ')})`} AS ${statement}`);
  try {
    const [row] = await psql.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) EXECUTE shape${given}`,
    );
    return row!['QUERY PLAN'][0].Plan;
  } finally {
    await psql.query('DEALLOCATE shape');
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
