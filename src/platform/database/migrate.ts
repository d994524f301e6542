import type pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/all.js';
import { StartupError } from '../config/startup-error.js';
import { migrateQueue } from '../queue/migrate-queue.js';
import { QUEUE_SCHEMA } from '../queue/postgres-queues.js';
import { completeAdminRole } from './admin-role.js';
import { sqlStateOf } from './database.js';
import { withMigratorsLock } from './migrators-lock.js';
import { CLOSE_PUBLIC_SCHEMA } from './public-schema.js';
import { isLocked, LOCK_TIMEOUT_MS, PATIENCE_MS, retryingLocks } from './retrying-locks.js';
import { refuseNewer } from './schema-fit.js';
import type { Sql } from './sql.js';

/**
 * Brings the database up to date as the role that owns it, while a service uses it. Safe when twenty run at once, and
 * when nothing is to do; each migration commits for itself, so that one that fails leaves those before it in place.
 * The address must lead to the server itself: a transaction pooler would lose the lock.
 * @param patienceMs how long it goes on to ask for a lock that others hold
 * @throws StartupError when that was in vain, when the role may not do it, or when a newer version has migrated
 */
export async function migrate(
  ownerUrl: string,
  log: (line: string) => void = () => undefined,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  await withMigratorsLock(ownerUrl, log, async (client) => {
    let step = 'The migration';
    const named = (name: string): void => void (step = name);
    const newDatabase = await isNew(client);
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const work = async (progressed: () => void): Promise<void> => {
      await refuseNewer(sqlOn(client));
      const applied = (name: string): void => {
        log(`Applied ${name}`);
        progressed();
      };
      await runOurMigrations(ownerUrl, newDatabase, log, { applied, named });
      named('The queue’s schema');
      await grantAndMigrateQueue(client, log);
    };
    await retryingLocks(work, () => step, log, patienceMs).catch((error: unknown) => {
      throw sqlStateOf(error) === NO_RIGHT ? withoutRight(step, error as Error) : error;
    });
  });
}

const sqlOn = (client: pg.Client): Sql => ({
  query: async <Row>(text: string, values?: readonly unknown[]) =>
    (await client.query(text, values as unknown[])).rows as Row[],
});

const NO_RIGHT = '42501';

const withoutRight = (step: string, { message }: Error): StartupError =>
  new StartupError(
    `${step} is refused by PostgreSQL: ${message}. Migrate as the role that owns the database and its tables: set ` +
      'MIGRATION_DATABASE_URL to it.',
  );

async function grantAndMigrateQueue(client: pg.Client, log: (line: string) => void): Promise<void> {
  await client.query(`
    DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_app') THEN
        GRANT SELECT ON migrations TO bahi_app;
      END IF;
    END $$`);
  await client.query(CLOSE_PUBLIC_SCHEMA);
  const hint = await completeAdminRole(client);
  if (hint !== null) log(hint);
  if (await migrateQueue(client)) log(`Applied the queue's schema`);
}

/** Drops all data, the bank's memory and the queues included. Refuses nothing: the caller has asked the questions. */
export async function dropEverything(ownerUrl: string): Promise<void> {
  await withMigratorsLock(
    ownerUrl,
    () => undefined,
    async (client) => {
      await client.query(`
      BEGIN;
      DROP SCHEMA IF EXISTS ${QUEUE_SCHEMA}, bank_simulator, payment_simulator, public CASCADE;
      CREATE SCHEMA public;
      GRANT USAGE ON SCHEMA public TO PUBLIC;
      COMMIT;`);
    },
  );
}

/** No migration was ever applied: no version before this one can be serving. */
async function isNew(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ new: boolean }>(`SELECT to_regclass('public.migrations') IS NULL AS new`);
  return rows[0]!.new;
}

/** What is called with a migration's name when it is applied, and when it has failed. */
interface Progress {
  readonly applied: (name: string) => void;
  readonly named: (name: string) => void;
}

/** @throws what the database said of the migration that has failed */
async function runOurMigrations(
  ownerUrl: string,
  newDatabase: boolean,
  log: (line: string) => void,
  { applied, named }: Progress,
): Promise<void> {
  const nothing = (): void => undefined;
  let failure: string | null = null;
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    applicationName: 'bahi-migrate',
    poolSize: 1,
    // The driver takes the whole address; TypeORM would drop its TLS parameters.
    extra: { connectionString: ownerUrl },
    migrations: [...MIGRATIONS],
    migrationsTransactionMode: 'each',
    // TypeORM would write to the console, and says only here which migration it was.
    logger: {
      log: nothing,
      logQuery: nothing,
      logQueryError: nothing,
      logQuerySlow: nothing,
      logSchemaBuild: (line) => {
        const [, name] = /^Migration (\w+) has been +executed successfully/.exec(line) ?? [];
        if (name !== undefined) applied(name);
      },
      logMigration: (line) => {
        const [, name] = /^Migration "(\w+)" failed/.exec(line) ?? [];
        if (name === undefined) return;
        named(name);
        failure = line;
      },
    },
  });
  await dataSource.initialize();
  try {
    // On the only connection. What the role has set for its statements is about a service's.
    await dataSource.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}; SET statement_timeout = 0`);
    await dataSource.query(`SELECT set_config('bahi.new_database', $1, false)`, [newDatabase ? 'on' : 'off']);
    await dataSource.runMigrations();
  } catch (error) {
    if (failure !== null && !isLocked(error) && sqlStateOf(error) !== NO_RIGHT) log(failure);
    throw error;
  } finally {
    await dataSource.destroy();
  }
}
