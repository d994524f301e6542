import type { Sql } from '../statements/sql.js';

/**
 * A commit that was answered must survive a crash of the server, whatever the server's default is. The other values
 * (`local`, `remote_apply`, …) are about standbys: whoever runs the server has chosen them, and they stay.
 */
const durable = (forTransaction: boolean): string =>
  `SELECT set_config('synchronous_commit', 'on', ${forTransaction}) WHERE current_setting('synchronous_commit') = 'off'`;

/** Once for each connection. */
export const DURABLE = durable(false);

/** Behind a pooler, once for each transaction. */
export const DURABLE_NOW = durable(true);

/**
 * The warning at the start if the server, the database or the role has `synchronous_commit` off; null if none has.
 * @param sql a connection like the service's own
 */
export async function durabilityWarning(sql: Sql): Promise<string | null> {
  const [found] = await sql.query<{ mend: string }>(`
    SELECT format('ALTER DATABASE %I SET synchronous_commit = on', current_database()) AS mend
    FROM pg_settings WHERE name = 'synchronous_commit' AND reset_val = 'off'`);
  if (found === undefined) return null;
  return (
    'WARNING: PostgreSQL answers commits before they are on disk (synchronous_commit is off), so a crash of the ' +
    'server loses them. Bahi switches it on for everything that moves money. For everything else run: ' +
    `${found.mend}`
  );
}
