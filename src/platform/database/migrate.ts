import pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/all.js';
import { isQueueMigrated, migrateQueue } from '../queue/migrate-queue.js';
import { QUEUE_SCHEMA } from '../queue/postgres-queues.js';
import { refusePooler } from './pooler.js';
import { completeAdminRole } from './admin-role.js';
import type { Sql } from './sql.js';

/** Spells `bahi`. Whoever migrates, or drops everything, holds this lock: TypeORM itself takes none. */
const LOCK_KEY = 0x62616869;

/**
 * Brings the database up to date as the role that owns it. Safe when twenty run at once, and when nothing is to do;
 * each migration commits for itself, so that one that fails leaves those before it in place.
 * The address must lead to the server itself: a transaction pooler would lose the lock.
 */
export async function migrate(ownerUrl: string, log: (line: string) => void = () => undefined): Promise<void> {
  await withLock(ownerUrl, async (client) => {
    await runOurMigrations(ownerUrl, await isNew(client), log);
    await client.query(`
      DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_app') THEN
          GRANT SELECT ON migrations TO bahi_app;
        END IF;
      END $$`);
    const hint = await completeAdminRole(client);
    if (hint !== null) log(hint);
    if (await migrateQueue(client)) log(`Applied the queue's schema`);
  });
}

/** Whether everything that this version needs has been applied. The service's own role may ask. */
export async function isMigrated(sql: Sql): Promise<boolean> {
  const [there] = await sql.query<{ there: boolean }>(`SELECT to_regclass('public.migrations') IS NOT NULL AS there`);
  if (!there?.there) return false;
  const applied = await sql.query<{ name: string }>('SELECT name FROM public.migrations');
  const names = new Set(applied.map(({ name }) => name));
  return MIGRATIONS.every(({ name }) => names.has(name)) && (await isQueueMigrated(sql));
}

/** Drops all data, the bank's memory and the queues included. Refuses nothing: the caller has asked the questions. */
export async function dropEverything(ownerUrl: string): Promise<void> {
  await withLock(ownerUrl, async (client) => {
    await client.query(`
      BEGIN;
      DROP SCHEMA IF EXISTS ${QUEUE_SCHEMA}, bank_simulator, payment_simulator, public CASCADE;
      CREATE SCHEMA public;
      GRANT USAGE ON SCHEMA public TO PUBLIC;
      COMMIT;`);
  });
}

/** No migration was ever applied: no version before this one can be serving. */
async function isNew(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ new: boolean }>(`SELECT to_regclass('public.migrations') IS NULL AS new`);
  return rows[0]!.new;
}

async function runOurMigrations(ownerUrl: string, newDatabase: boolean, log: (line: string) => void): Promise<void> {
  const nothing = (): void => undefined;
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    applicationName: 'bahi-migrate',
    poolSize: 1,
    // The driver takes the whole address; TypeORM would drop its TLS parameters.
    extra: { connectionString: ownerUrl, options: `-c bahi.new_database=${newDatabase ? 'on' : 'off'}` },
    migrations: [...MIGRATIONS],
    migrationsTransactionMode: 'each',
    // TypeORM would write to the console. Its line on a failure is worth having: the error itself names no migration.
    logger: {
      log: nothing,
      logQuery: nothing,
      logQueryError: nothing,
      logQuerySlow: nothing,
      logSchemaBuild: nothing,
      logMigration: (line) => (line.includes(' failed') ? log(line) : undefined),
    },
  });
  await dataSource.initialize();
  try {
    for (const { name } of await dataSource.runMigrations()) log(`Applied ${name}`);
  } finally {
    await dataSource.destroy();
  }
}

/** The lock lives on a connection of its own and ends with it, however this process ends. */
async function withLock(ownerUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'bahi-migrate', keepAlive: true });
  // What breaks the connection also rejects the statement in flight; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await refusePooler(client);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
