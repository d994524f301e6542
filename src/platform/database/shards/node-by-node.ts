import { DISTRIBUTED_NAMES } from '../../../../migrations/tables.js';
import { grouped } from '../../../shared/grouped.js';
import { ask, commandFor, FOR_WORK_MS, nameOf, NodeUnreachable, perNode, type Place, PLACES } from './every-shard.js';
import type { Sql } from '../statements/sql.js';
import type { SqlTemplate } from '../statements/sql-template.js';

/**
 * With the coordinator's time before it looked: what is read from this layout later is read where the rows were at that
 * time or later.
 */
const LAYOUT = `
  SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint::text AS "nowMs", p.* FROM (${PLACES}) p`;

const HOMES = `
  SELECT u.id, s.shard::text, n.nodename || ':' || n.nodeport AS node FROM unnest($1::uuid[]) AS u(id)
  CROSS JOIN LATERAL get_shard_id_for_distribution_column('public.books', u.id) AS s(shard)
  JOIN pg_dist_placement p ON p.shardid = s.shard JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary'`;

/** Where everything is on the nodes of a distributed database (Citus), for callers that ask each node separately. */
export interface Layout {
  /** In the coordinator's time, in milliseconds. */
  readonly nowMs: number;
  /** Which shard is on which node. The text changes when a shard is moved or split, or a node is replaced. */
  readonly text: string;
  /** `host:port` of each. */
  readonly nodes: readonly string[];
  /**
   * Runs a statement that only reads on each shard of one node, and puts the rows together: see `onEveryShard`.
   * @throws NodeUnreachable if the node does not answer, or fails
   */
  read<Row>(node: string, statement: SqlTemplate, values: readonly unknown[]): Promise<Row[]>;
}

/** Asks only the coordinator. */
export async function layoutOf(sql: Sql): Promise<Layout> {
  const places = await sql.query<Place & { readonly nowMs: string }>(LAYOUT, [DISTRIBUTED_NAMES, null, null, null]);
  const byNode = new Map(perNode(places).map((there) => [nameOf(there[0]!), there]));
  return {
    nowMs: Number(places[0]!.nowMs),
    text: places
      .map((place) => `${nameOf(place)} ${place.shards['books']}`)
      .sort()
      .join(),
    nodes: [...byNode.keys()].sort(),
    async read<Row>(node: string, statement: SqlTemplate, values: readonly unknown[]) {
      const there = byNode.get(node)!;
      const [answer] = await ask(sql, [{ node: there[0]!, text: commandFor(statement, values, there) }], FOR_WORK_MS);
      if (!answer!.success) throw new NodeUnreachable(answer!);
      return JSON.parse(answer!.result) as Row[];
    },
  };
}

/** Merchants of one shard, and its node. */
export interface Home {
  readonly node: string;
  readonly merchantIds: readonly string[];
}

/** Divides merchants by shard, with the node of each. Asks only the coordinator. */
export async function homesOf(sql: Sql, merchantIds: readonly string[]): Promise<Home[]> {
  const rows = await sql.query<{ id: string; shard: string; node: string }>(HOMES, [[...new Set(merchantIds)]]);
  return [...grouped(rows, ({ shard }) => shard).values()].map((ofShard) => ({
    node: ofShard[0]!.node,
    merchantIds: ofShard.map(({ id }) => id),
  }));
}
