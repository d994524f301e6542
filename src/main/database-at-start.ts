import { type Config, ProcessSettings, StartupError } from '../platform/config/config.public.js';
import {
  assertFits,
  Database,
  DatabaseSettings,
  dropEverything,
  durabilityWarning,
  jitWarning,
  migrate,
  publicSchemaWarning,
  refuseUnfitDistribution,
  replicaWarnings,
  roleWarnings,
} from '../platform/database/database.public.js';
import { RedisSettings } from '../platform/redis/redis.public.js';

/** @throws StartupError */
export function assertResetAllowed(config: Config): void {
  if (config.get(DatabaseSettings).reset && config.get(ProcessSettings).production)
    throw new StartupError('RESET_DATA=1 is refused in production. Unset it.');
}

/** A separate API or worker expects a prepared database. @throws StartupError */
export async function assertPrepared(config: Config): Promise<void> {
  const { url, pooled } = config.get(DatabaseSettings);
  if (url === null) {
    throw new StartupError(
      'Running the API or the worker alone requires DATABASE_URL. `make start` runs both without it.',
    );
  }
  const database = new Database(url, 1, pooled);
  await assertFits(database).finally(() => database.close());
}

/**
 * @throws StartupError when the tables are distributed over several nodes and something that this requires is missing
 */
export async function assertFitDistribution(config: Config): Promise<void> {
  const { url, pooled } = config.get(DatabaseSettings);
  const database = new Database(url!, 1, pooled);
  await refuseUnfitDistribution(database, config.get(RedisSettings).url).finally(() => database.close());
}

/** Warns of server settings and roles with which Bahi works, but less well than it could. */
export async function warnOfServer(config: Config, print: (line: string) => void): Promise<void> {
  const settings = config.get(DatabaseSettings);
  const { url, adminUrl, pooled, timelineFile } = settings;
  const database = new Database(url!, 1, pooled);
  const remembers = timelineFile !== null || config.get(RedisSettings).url !== null;
  try {
    for (const warning of [
      await jitWarning(database),
      await durabilityWarning(database),
      await publicSchemaWarning(database),
    ])
      if (warning !== null) print(warning);
    for (const warning of await roleWarnings(database, adminUrl)) print(warning);
    for (const warning of await replicaWarnings(database, settings, remembers)) print(warning);
  } finally {
    await database.close();
  }
}

/** Runs the migrations, after dropping all data if RESET_DATA=1. @throws StartupError */
export async function prepareDatabase(config: Config, print: (line: string) => void): Promise<void> {
  const { migrationUrl, reset } = config.get(DatabaseSettings);
  if (reset) {
    await assertNoService(config);
    print('RESET_DATA=1: dropping all data.');
    await dropEverything(migrationUrl!);
  }
  await migrate(migrationUrl!, print, { mayLeaveNodes: true });
}

/** @throws StartupError when another process uses the database */
export async function assertNoService(config: Config): Promise<void> {
  const { url, pooled } = config.get(DatabaseSettings);
  // A pooler keeps connections under our name after their processes have ended.
  if (pooled)
    throw new StartupError(
      'Data cannot be dropped through a pooler: set DATABASE_URL to the address of PostgreSQL itself.',
    );
  const database = new Database(url!, 1, pooled);
  const sql = `SELECT count(*)::int AS others FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'bahi%' AND pid <> pg_backend_pid()`;
  const [row] = await database.query<{ others: number }>(sql).finally(() => database.close());
  if (row!.others > 0) throw new StartupError('Another Bahi process is using this database: stop it first.');
}
