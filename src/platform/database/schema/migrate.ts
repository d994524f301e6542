import type pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../../migrations/all.js';
import { StartupError } from '../../config/startup-error.js';
import { migrateQueue } from '../../queue/migrate-queue.js';
import { QUEUE_SCHEMA } from '../../queue/queue-schema.js';
import { completeAdminRole } from './admin-role.js';
import { sqlStateOf } from '../errors/sql-state.js';
import { distributeNewTables } from './distribute.js';
import { distributionOf } from '../shards/distribution.js';
import { reportingLockWaits } from './lock-watch.js';
import { withMigratorsLock } from './migrators-lock.js';
import { unreachableNodes } from '../shards/nodes.js';
import { CLOSE_PUBLIC_SCHEMA } from './public-schema.js';
import {
  isLocked,
  LOCK_TIMEOUT_MS,
  LONGEST_WAIT_MS,
  retryingLocks,
  SILENCE_MS,
  StillLocked,
} from './retrying-locks.js';
import { isMigrated, refuseNewer } from './schema-fit.js';
import { clientOptions } from '../servers/server-client.js';
import type { Sql } from '../statements/sql.js';

interface Options {
  /** How long it waits in all for locks that others hold. */
  readonly longestWaitMs?: number;
  /** How long it waits before it logs this. */
  readonly silenceMs?: number;
  /** Ignores nodes that do not answer if there is nothing to apply: for a process that starts. */
  readonly mayLeaveNodes?: boolean;
}

/**
 * Brings the database up to date as the role that owns it, while a service uses it. Safe when twenty processes do so at
 * once, and when there is nothing to do; each migration commits by itself, so that those before one that fails stay
 * applied. The address must lead to the server itself: a transaction pooler would lose the lock.
 * @throws StartupError when it does not get its locks, when the role may not do it, or when a newer version has
 * migrated
 */
export async function migrate(
  ownerUrl: string,
  log: (line: string) => void = () => undefined,
  { longestWaitMs = LONGEST_WAIT_MS, silenceMs = SILENCE_MS, mayLeaveNodes = false }: Options = {},
): Promise<void> {
  await withMigratorsLock(ownerUrl, log, async (client) => {
    let step = 'The migration';
    const named = (name: string): void => void (step = name);
    const newDatabase = await isNew(client);
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    // Checked first: a statement that waits for a node that accepts connections and says nothing would never end.
    if (mayLeaveNodes && (await leavesNodes(client, log))) return;
    const work = async (progressed: () => void): Promise<void> => {
      await refuseNewer(sqlOn(client));
      const applied = (name: string): void => {
        log(`Applied ${name}`);
        progressed();
      };
      const ours = { newDatabase, longestWaitMs, applied, named };
      await reportingLockWaits(client, log, silenceMs, () => runOurMigrations(ownerUrl, log, ours));
      named('The queue’s schema');
      await grantAndMigrateQueue(client, log);
    };
    await retryingLocks(work, () => step, log, longestWaitMs).catch(async (error: unknown) => {
      if (mayLeaveNodes && (await leavesNodes(client, log).catch(() => false))) return;
      throw sqlStateOf(error) === NO_RIGHT ? withoutRight(step, error as Error) : error;
    });
  });
}

const sqlOn = (client: pg.Client): Sql => ({
  query: async <Row>(text: string, values?: readonly unknown[]) =>
    (await client.query(text, values as unknown[])).rows as Row[],
});

/**
 * Whether nothing is left to apply, so that only nodes that do not answer stop the migration. What every run does, such
 * as granting rights, is done there by the next run.
 */
async function leavesNodes(client: pg.Client, log: (line: string) => void): Promise<boolean> {
  const sql = sqlOn(client);
  if ((await distributionOf(sql)) !== 'whole') return false;
  await refuseNewer(sql);
  if (!(await isMigrated(sql))) return false;
  await client.query('BEGIN');
  const unreachable = [...(await unreachableNodes(sql)).keys()];
  await client.query('COMMIT');
  if (unreachable.length === 0) return false;
  log(
    'There is nothing left to migrate. Rights were not checked, because nodes do not answer: ' +
      `${unreachable.join(', ')}.`,
  );
  return true;
}

const NO_RIGHT = '42501';

const withoutRight = (step: string, { message }: Error): StartupError =>
  new StartupError(
    `PostgreSQL refuses ${step}: ${message}. Migrate as the role that owns the database and its tables: set ` +
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
  await distributeNewTables(client, log);
}

/** Drops all data, including the simulators' and the queues'. Checks nothing: the caller has made sure that it may. */
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

/** Whether no migration was ever applied, so that no earlier version can be serving. */
async function isNew(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ new: boolean }>(`SELECT to_regclass('public.migrations') IS NULL AS new`);
  return rows[0]!.new;
}

/** For distributed tables: allows the triggers that guard them, and lets a transaction see what it has just changed. */
const FOR_SHARDS = `
  SELECT set_config('citus.enable_unsafe_triggers', 'on', false),
    set_config('citus.multi_shard_modify_mode', 'sequential', false)
  FROM pg_extension WHERE extname = 'citus'`;

interface Run {
  readonly newDatabase: boolean;
  readonly longestWaitMs: number;
  /** Called with the name of a migration that was applied. `named` is called with that of one that has failed. */
  readonly applied: (name: string) => void;
  readonly named: (name: string) => void;
}

/** @throws the database's error for the migration that has failed */
async function runOurMigrations(
  ownerUrl: string,
  log: (line: string) => void,
  { newDatabase, longestWaitMs, applied, named }: Run,
): Promise<void> {
  const nothing = (): void => undefined;
  let failure: string | null = null;
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    applicationName: 'bahi-migrate',
    poolSize: 1,
    // The driver takes the whole address; TypeORM would drop its TLS parameters.
    extra: { connectionString: ownerUrl, ...clientOptions(ownerUrl) },
    migrations: [...MIGRATIONS],
    migrationsTransactionMode: 'each',
    // By itself TypeORM would write to the console; and only here does it say which migration it was.
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
    // On the only connection. A timeout that the role has set for its statements is meant for a service.
    await dataSource.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}; SET statement_timeout = 0`);
    // Exists from PostgreSQL 17 on; it would end each try to make an index that takes longer.
    await dataSource.query(`SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'`);
    await dataSource.query(FOR_SHARDS);
    await dataSource.query(
      `SELECT set_config('bahi.new_database', $1, false), set_config('bahi.lock_patience', $2, false)`,
      [newDatabase ? 'on' : 'off', `${Math.max(longestWaitMs, LOCK_TIMEOUT_MS)}ms`],
    );
    await dataSource.runMigrations();
  } catch (error) {
    if (failure !== null && !isLocked(error) && sqlStateOf(error) !== NO_RIGHT) log(failure);
    throw sqlStateOf(error) === LOCK_TIMED_OUT ? new StillLocked(await lockTimeoutMs(dataSource), error) : error;
  } finally {
    await dataSource.destroy();
  }
}

const LOCK_TIMED_OUT = '55P03';

/** The setting as the failed statement has left it. */
async function lockTimeoutMs(dataSource: DataSource): Promise<number> {
  const sql = `SELECT setting::int AS ms FROM pg_settings WHERE name = 'lock_timeout'`;
  const [setting] = await dataSource.query<{ ms: number }[]>(sql);
  return setting!.ms;
}
