import { MIGRATIONS } from '../../../migrations/all.js';
import { StartupError } from '../config/startup-error.js';
import { isQueueMigrated } from '../queue/migrate-queue.js';
import type { Sql } from './sql.js';

/** `2455` of `Compatibility1700000002455`, as the file is called. */
const LAST_MIGRATION = Number(MIGRATIONS.at(-1)!.name.slice(-4));

/**
 * Asked before a process serves or a command works. The service's own role may ask.
 * @throws StartupError when the database lacks what this version needs, or belongs to a newer one
 */
export async function assertFits(sql: Sql): Promise<void> {
  await refuseNewer(sql);
  if (!(await isMigrated(sql))) throw new StartupError('The database is not up to date. Run: npm run bahi -- migrate');
}

/** Whether everything that this version needs has been applied. */
export async function isMigrated(sql: Sql): Promise<boolean> {
  const applied = new Set(await appliedMigrations(sql));
  return MIGRATIONS.every(({ name }) => applied.has(name)) && (await isQueueMigrated(sql));
}

/**
 * A newer version's migrations usually leave this one able to serve, for it does while it is replaced. The schema itself
 * says from which version on that holds.
 * @throws StartupError
 */
export async function refuseNewer(sql: Sql): Promise<void> {
  const known = new Set<string>(MIGRATIONS.map(({ name }) => name));
  const unknown = (await appliedMigrations(sql)).filter((name) => !known.has(name));
  // One that is unknown may be of a version that was never released; then the table may be missing too.
  if (unknown.length === 0 || !(await isThere(sql, 'public.schema_compatibility'))) return;
  const [schema] = await sql.query<{ from: number }>('SELECT serves_from AS from FROM public.schema_compatibility');
  if (schema!.from <= LAST_MIGRATION) return;
  throw new StartupError(
    `The database belongs to a newer version of Bahi: its last migration is ${unknown.at(-1)}, this version's is ` +
      `${LAST_MIGRATION}, and it serves those from ${schema!.from} on. Start the newer version.`,
  );
}

/** In the order in which they were applied. */
async function appliedMigrations(sql: Sql): Promise<string[]> {
  if (!(await isThere(sql, 'public.migrations'))) return [];
  const applied = await sql.query<{ name: string }>('SELECT name FROM public.migrations ORDER BY id');
  return applied.map(({ name }) => name);
}

async function isThere(sql: Sql, table: string): Promise<boolean> {
  const [found] = await sql.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  return found!.there;
}
