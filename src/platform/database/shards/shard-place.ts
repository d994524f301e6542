import { DISTRIBUTED_NAMES, TABLES } from '../../../../migrations/tables.js';
import type { Sql } from '../statements/sql.js';

/** Tables that only the coordinator has. */
const LOCAL = Object.keys(TABLES).filter((name) => !DISTRIBUTED_NAMES.includes(name));

/**
 * Only for a shard with one placement, together with all tables that belong to it, on a node that Citus calls active
 * and whose catalogue is up to date, because `hold_placement` reads that catalogue. A shard on the coordinator itself
 * is left to the coordinator.
 */
const PLACE = `
  SELECT n.groupid AS group, n.nodename AS host, n.nodeport AS port,
    json_object_agg(s.logicalrelid::text, s.shardid::text ORDER BY s.shardid) AS tables
  FROM pg_dist_shard b
  JOIN pg_dist_shard s ON s.shardminvalue = b.shardminvalue AND s.logicalrelid::text = ANY($2::text[])
  JOIN pg_dist_placement p ON p.shardid = s.shardid JOIN pg_dist_node n ON n.groupid = p.groupid
  WHERE b.shardid = $1::bigint AND b.logicalrelid = 'public.books'::regclass
    AND n.groupid > 0 AND n.noderole = 'primary' AND n.isactive AND n.hasmetadata AND n.metadatasynced
  GROUP BY n.groupid, n.nodename, n.nodeport
  HAVING count(*) = cardinality($2::text[])
    AND count(*) = (SELECT count(*) FROM pg_dist_placement WHERE shardid = ANY(array_agg(s.shardid)))`;

/** A node, as the coordinator knows it. Its group stays the same when another server takes its place. */
export interface Node {
  readonly group: number;
  readonly host: string;
  readonly port: number;
}

/** Where a shard of the books is, with the shards of the other tables that belong to it. */
export interface ShardPlace extends Node {
  /** The number of the shard of each table. */
  readonly tables: Readonly<Record<string, string>>;
}

/** As the coordinator knows it now. Null if the shard can be written to only through the coordinator. */
export async function placeOf(coordinator: Sql, shard: string): Promise<ShardPlace | null> {
  const places = await coordinator.query<ShardPlace>(PLACE, [shard, DISTRIBUTED_NAMES]);
  return places.length === 1 ? places[0]! : null;
}

const words = (names: readonly string[]): RegExp =>
  new RegExp(`(?<!'|(?<!public)\\.)\\b(?:${names.join('|')})\\b`, 'g');

const DISTRIBUTED_WORDS = words(DISTRIBUTED_NAMES);
const LOCAL_WORD = new RegExp(words(LOCAL).source);

/** Whether the statement is about a table that only the coordinator has. */
export const isOfCoordinator = (text: string): boolean => LOCAL_WORD.test(text);

/** The statement with the names that the tables have on the shard's node. */
export function onShard(text: string, { tables }: Pick<ShardPlace, 'tables'>): string {
  return text.replace(DISTRIBUTED_WORDS, (name) => `${name}_${tables[name]}`);
}
