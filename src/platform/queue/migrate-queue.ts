import { LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';
import type pg from 'pg';
import type { Sql } from '../database/statements/sql.js';
import { QUEUE_SCHEMA } from './queue-schema.js';
import { QUEUE_NAMES } from './queue-names.js';

/**
 * What the service may do with the queue's tables: everything except change their structure. It must not own the schema
 * or create anything in it: a function placed there would be run by the owner at the next upgrade, and the owner can
 * switch off the ledger's triggers. (`addBulk` builds temporary tables; most databases allow them to everyone.)
 */
const GRANTS = `
  DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_app') THEN
      GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO bahi_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO bahi_app;
      REVOKE INSERT, UPDATE, DELETE ON ${QUEUE_SCHEMA}.migration FROM bahi_app;
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO bahi_app;
      IF NOT has_database_privilege('bahi_app', current_database(), 'TEMP') THEN
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO bahi_app', current_database());
      END IF;
    END IF;
  END $$`;

/**
 * Rows live for milliseconds: the default of a fifth of the table would let thousands of dead rows accumulate first.
 */
const VACUUM_OFTEN = ['job', 'event'].map(
  (table) =>
    `ALTER TABLE ${QUEUE_SCHEMA}.${table} SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
);

/** Brings BullMQ's tables and functions up to date, as the owner. @returns whether there was anything to do */
export async function migrateQueue(client: pg.Client): Promise<boolean> {
  const upToDate = await isQueueMigrated({
    query: async <Row>(text: string) => (await client.query(text)).rows as Row[],
  });
  if (!upToDate) {
    await runMigrations(client, QUEUE_SCHEMA);
    for (const statement of VACUUM_OFTEN) await client.query(statement);
  }
  // Also when nothing was new: the role or a queue may have been added since, and an earlier run may have ended right
  // here. BullMQ creates a queue's id sequence with its first job, and the service has no right to do that.
  for (const name of QUEUE_NAMES) await client.query(`SELECT ${QUEUE_SCHEMA}.next_job_id($1)`, [name]);
  await client.query(GRANTS);
  return !upToDate;
}

/** Whether this version's queue can run on the existing schema. */
export async function isQueueMigrated(sql: Sql): Promise<boolean> {
  const [there] = await sql.query<{ there: boolean }>(
    `SELECT to_regclass('${QUEUE_SCHEMA}.migration') IS NOT NULL AS there`,
  );
  if (!there?.there) return false;
  const [newest] = await sql.query<{ version: number | null }>(
    `SELECT max(version)::int AS version FROM ${QUEUE_SCHEMA}.migration`,
  );
  return (newest?.version ?? 0) >= LATEST_SCHEMA_VERSION;
}
