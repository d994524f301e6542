import { DISTRIBUTED, TABLES } from '../../../../migrations/tables.js';
import type { Sql } from '../statements/sql.js';

const NAMES: readonly string[] = DISTRIBUTED.flat().map(({ name }) => name);

/** Those that the coordinator alone has. */
const LOCAL = Object.keys(TABLES).filter((name) => !NAMES.includes(name));

const PLACES = `
  SELECT n.nodename AS host, n.nodeport AS port, json_object_agg(s.logicalrelid::text, s.shardid::text) AS tables
  FROM pg_dist_shard s JOIN pg_dist_placement p USING (shardid) JOIN pg_dist_node n USING (groupid)
  WHERE n.noderole = 'primary' AND s.logicalrelid::text = ANY($1::text[])
  GROUP BY n.nodename, n.nodeport, s.shardminvalue
  ORDER BY min(s.shardid)`;

/** On which node a shard of the books lies, with everything that lies beside it. */
export interface ShardPlace {
  readonly host: string;
  readonly port: number;
  /** The number of the shard of each table. */
  readonly tables: Readonly<Record<string, string>>;
}

/** Of all shards whose tables are all distributed, as the coordinator knows it. */
export async function placesOf(coordinator: Sql): Promise<ShardPlace[]> {
  const places = await coordinator.query<ShardPlace>(PLACES, [NAMES]);
  return places.filter(({ tables }) => NAMES.every((name) => name in tables));
}

const words = (names: readonly string[]): RegExp =>
  new RegExp(`(?<!'|(?<!public)\\.)\\b(?:${names.join('|')})\\b`, 'g');

const DISTRIBUTED_WORDS = words(NAMES);
const LOCAL_WORD = new RegExp(words(LOCAL).source);

/** Whether the coordinator alone has what the statement is about. */
export const isOfCoordinator = (text: string): boolean => LOCAL_WORD.test(text);

/** The statement with the names that the tables have where the shard lies. */
export function onShard(text: string, { tables }: ShardPlace): string {
  return text.replace(DISTRIBUTED_WORDS, (name) => `${name}_${tables[name]}`);
}
