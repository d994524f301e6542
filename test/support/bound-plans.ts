import { type TableName, TABLES } from '../../migrations/tables.js';
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

/** Which tables have a merchant's rows, by the column that says whose. Others are the same on every node, or read apart. */
const MERCHANT_COLUMNS = `
  SELECT table_name AS name, 'merchant_id' AS column FROM information_schema.columns
  WHERE table_schema = 'public' AND column_name = 'merchant_id' UNION SELECT 'merchants', 'id'`;

const CONDITIONS = ['Index Cond', 'Recheck Cond', 'Filter'] as const;

/** Two merchants' ids, as a statement of a batch names them. */
const MERCHANTS = ['01980000-0000-7000-8000-00000000000a', '01980000-0000-7000-8000-00000000000b'];

/**
 * Which tables a statement of the write path reads or writes without being bound to the merchants of its batch, by the
 * plan that PostgreSQL makes of it: such a statement is not for one shard alone. A statement of the coordinator's own tables
 * is for none; one that joins them with others cannot be handed to a node.
 */
export async function unboundTables(psql: SqlSession, statement: string): Promise<string[]> {
  const columns = await psql.query<{ name: string; column: string }>(MERCHANT_COLUMNS);
  const merchantOf = new Map(columns.map(({ name, column }) => [name, column]));
  const isBound = (node: PlanNode): boolean => {
    const column = merchantOf.get(node['Relation Name']!);
    if (column === undefined) return true;
    const condition = new RegExp(
      `\\b${column} = (ANY \\('\\{${MERCHANTS.join(',')}\\}'::uuid\\[\\]\\)|'${MERCHANTS[0]}'::uuid)`,
    );
    return CONDITIONS.some((kind) => condition.test(String(node[kind])));
  };
  const nodes = nodesOf(await planOf(psql, statement));
  const isLocal = (node: PlanNode): boolean => TABLES[node['Relation Name'] as TableName] === 'local';
  if (nodes.every((node) => node['Relation Name'] === undefined || isLocal(node))) return [];
  const unbound = nodes.filter((node) => {
    if (isLocal(node)) return true;
    // What is inserted is selected from the books, and they say whose it is; or the few rows say it themselves.
    if (node.Operation === 'Insert') return !node.Plans!.some((rows) => isOfFewRows(rows) || isOfBooks(rows));
    return node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable' && !isBound(node);
  });
  return unbound.map((node) => node['Relation Name']!);
}

const isOfFewRows = (node: PlanNode): boolean => /^(Result|Values Scan)$/.test(node['Node Type']);
const isOfBooks = ({ Output }: PlanNode): boolean => Output!.includes('b.merchant_id');

/** One value of this type, or a list. */
function valueOf(type: string): string {
  if (type === 'uuid[]') return `'{${MERCHANTS.join(',')}}'`;
  if (type.endsWith('[]')) return `'{}'`;
  return type === 'uuid' ? `'${MERCHANTS[0]}'` : type === 'timestamptz' ? `'now'` : `'1'`;
}

/** With the values in it, as it is planned where tables are distributed. */
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
