import { DISTRIBUTED_NAMES } from '../../../../migrations/tables.js';
import { StartupError } from '../../config/startup-error.js';
import { grouped } from '../../../shared/grouped.js';
import type { Sql } from '../statements/sql.js';

/** The tables of the list that are not distributed yet. */
const MISSING = `
  SELECT t.name FROM unnest($1::text[]) AS t(name)
  WHERE NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = to_regclass('public.' || t.name))`;

/** Whether the server can distribute tables at all. */
const HAS_CITUS = `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS there`;

/** The shards of these merchants. The coordinator works them out without asking a node. */
export const SHARDS_OF = `
  SELECT id, get_shard_id_for_distribution_column('public.books', id)::text AS shard FROM unnest($1::uuid[]) AS u(id)`;

/** Divides merchants by shard, which is what one statement can read or change together. */
export async function byShard(sql: Sql, merchantIds: readonly string[]): Promise<string[][]> {
  const rows = await sql.query<{ id: string; shard: string }>(SHARDS_OF, [[...new Set(merchantIds)]]);
  return [...grouped(rows, ({ shard }) => shard).values()].map((ofShard) => ofShard.map(({ id }) => id));
}

/** `partly`: it was interrupted, and has to be finished before any process works on the database. */
export type Distribution = 'none' | 'partly' | 'whole';

/** How far the tables of the list are distributed over the nodes of a coordinator. */
export async function distributionOf(sql: Sql): Promise<Distribution> {
  const [citus] = await sql.query<{ there: boolean }>(HAS_CITUS);
  if (!citus!.there) return 'none';
  const missing = await sql.query<{ name: string }>(MISSING, [DISTRIBUTED_NAMES]);
  if (missing.length === 0) return 'whole';
  return missing.length === DISTRIBUTED_NAMES.length ? 'none' : 'partly';
}

/**
 * Called by every process that is about to serve.
 * @throws StartupError if only some tables are distributed, or if the queue would be in a database whose books are on
 * other machines
 */
export async function refuseUnfitDistribution(sql: Sql, redisUrl: string | null): Promise<void> {
  const distribution = await distributionOf(sql);
  if (distribution === 'partly')
    throw new StartupError('The tables are only partly distributed. Run again: npm run bahi -- distribute');
  if (distribution === 'whole' && redisUrl === null)
    throw new StartupError('The books are distributed over several nodes, but the queues cannot be. Set REDIS_URL.');
}
