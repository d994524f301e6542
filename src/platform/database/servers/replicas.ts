import type { DatabaseSettings } from '../database.settings.js';
import { hostsOf } from './hosts.js';
import type { Sql } from '../statements/sql.js';

/**
 * The number of replicas, if no commit waits for one. A running backup does not count. `state` is NULL here for
 * replicas that connect as another role.
 */
const UNGUARDED = `
  SELECT count(*)::int AS replicas FROM pg_stat_replication
  WHERE state IS DISTINCT FROM 'backup' AND current_setting('synchronous_standby_names') = ''`;

/**
 * The warnings at the start if there is a replica that would lack payouts after its promotion, and if nothing outside
 * the database could tell an old primary from the new one.
 * @param sql a connection of the service
 * @param remembers whether timelines are kept outside the database
 */
export async function replicaWarnings(
  sql: Sql,
  { url }: Pick<DatabaseSettings, 'url'>,
  remembers: boolean,
): Promise<string[]> {
  const [{ replicas }] = (await sql.query<{ replicas: number }>(UNGUARDED)) as [{ replicas: number }];
  const warnings = [];
  if (replicas > 0)
    warnings.push(
      'WARNING: PostgreSQL has a replica, but no commit waits for it (synchronous_standby_names is empty). If it ' +
        'is promoted, payouts that were accepted, and even sent to a bank, may be missing. Name the replica in ' +
        'synchronous_standby_names.',
    );
  if (!remembers && (replicas > 0 || hostsOf(url!).length > 1))
    warnings.push(
      'WARNING: PostgreSQL has replicas, but nothing outside it records which one was promoted last, so a ' +
        'process that has just started could take an old primary for the new one. Set REDIS_URL, or ' +
        'DATABASE_TIMELINE_FILE.',
    );
  return warnings;
}
