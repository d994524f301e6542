import { MIGRATIONS } from '../../../../migrations/all.js';
import { Compatibility1700000002455 } from '../../../../migrations/2455-compatibility.js';
import { StartupError } from '../../config/startup-error.js';
import { isQueueMigrated } from '../../queue/migrate-queue.js';
import type { Sql } from '../statements/sql.js';

/** The number in the name of the file: `2455` for `Compatibility1700000002455`. */
const LAST_MIGRATION = Number(MIGRATIONS.at(-1)!.name.slice(-4));

/**
 * Called before a process serves or a command does its work. The service's own role has the rights for it.
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
 * Refuses a database that a newer version has migrated beyond what this version can serve. Usually this version can
 * still serve, as it does while it is being replaced; the schema itself says from which version on that holds.
 * @throws StartupError
 */
export async function refuseNewer(sql: Sql): Promise<void> {
  const known = new Set<string>(MIGRATIONS.map(({ name }) => name));
  const applied = await appliedMigrations(sql);
  const unknown = applied.filter((name) => !known.has(name));
  // A version that was never released may have left a migration from before the schema said this.
  if (unknown.length === 0 || !applied.includes(Compatibility1700000002455.name)) return;
  const from = await servesFrom(sql);
  if (from !== null && from <= LAST_MIGRATION) return;
  throw new StartupError(
    `The database belongs to a newer version of Bahi: its last migration is ${unknown.at(-1)}, that of this ` +
      `version is ${LAST_MIGRATION}, and it ` +
      `${from === null ? 'does not say whether it serves this one' : `serves those from ${from} on`}. Start the ` +
      'newer version.',
  );
}

/** Null when the schema does not say it. */
async function servesFrom(sql: Sql): Promise<number | null> {
  if (!(await isThere(sql, 'public.schema_compatibility'))) return null;
  const [schema] = await sql.query<{ from: number }>('SELECT serves_from AS from FROM public.schema_compatibility');
  return schema?.from ?? null;
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
