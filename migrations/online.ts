import { setTimeout as pause } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

/*
 * Steps for tables that hold rows while a service reads and writes them. A migration that uses them sets `readonly
 * transaction = false`: each of its statements commits separately. If one fails, the migration is run again from its
 * first step, so every step must find out what already exists, as these do.
 */

const CONCURRENT_INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+) ON (\w+) /;

/**
 * Creates an index while others write to the table. An invalid index that an earlier attempt left behind is useless and
 * is dropped first.
 * @param statement `CREATE INDEX CONCURRENTLY name ON table (…)`
 */
export async function createIndex(db: QueryRunner, statement: string): Promise<void> {
  const [, name, table] = CONCURRENT_INDEX.exec(statement) ?? [];
  if (name === undefined) throw new Error(`this is not CREATE INDEX CONCURRENTLY name ON table …: ${statement}`);
  if (await isValid(db, name)) return;
  await withPatience(db, async () => {
    await untilNobodyBuilds(db, table!);
    const valid = await isValid(db, name);
    if (valid) return;
    if (valid === false) await db.query(`DROP INDEX CONCURRENTLY ${name}`);
    await db.query(statement);
  });
}

/**
 * Drops an index while others read and write. An index that an earlier attempt has half dropped still exists, but is
 * useless.
 */
export async function dropIndex(db: QueryRunner, name: string): Promise<void> {
  await withPatience(db, () => db.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`));
}

const POLL_MS = 200;

const BUILDERS = 'SELECT FROM pg_stat_progress_create_index WHERE relid = to_regclass($1) AND pid <> pg_backend_pid()';

/**
 * A server continues to build an index for a migrator that was killed. It is polled: a statement that waited for the
 * builder's lock would hold a snapshot, and the builder would wait for that to end.
 */
async function untilNobodyBuilds(db: QueryRunner, table: string): Promise<void> {
  const sql = `SELECT setting::int AS ms FROM pg_settings WHERE name = 'lock_timeout'`;
  const [{ ms }] = (await db.query(sql)) as [{ ms: number }];
  const end = performance.now() + ms;
  while (((await db.query(BUILDERS, [table])) as unknown[]).length > 0) {
    // Ends the attempt as a wait for the lock would have.
    if (performance.now() > end) await db.query(`LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE NOWAIT; SELECT`);
    await pause(POLL_MS);
  }
}

/** Null when there is no such index. */
async function isValid(db: QueryRunner, name: string): Promise<boolean | null> {
  const [found] = (await db.query('SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)', [
    name,
  ])) as { valid: boolean }[];
  return found?.valid ?? null;
}

/** Reads the whole table for a constraint that was added as NOT VALID, while others write to it. */
export async function validateConstraint(db: QueryRunner, table: string, constraint: string): Promise<void> {
  await withPatience(db, () => db.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${constraint}`));
}

/** Whether the table has the constraint, valid or not. */
export async function hasConstraint(db: QueryRunner, table: string, constraint: string): Promise<boolean> {
  const sql = 'SELECT FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2';
  return ((await db.query(sql, [table, constraint])) as unknown[]).length > 0;
}

/**
 * These statements wait for older transactions, and meanwhile no reader or writer waits for them: each wait may
 * therefore last as long as `migrate` is patient in all, and not just a second. It is bounded, because autovacuum waits
 * too.
 */
async function withPatience(db: QueryRunner, step: () => Promise<unknown>): Promise<void> {
  const [{ before }] = (await db.query(`SELECT current_setting('lock_timeout') AS before`)) as [{ before: string }];
  await db.query(`SELECT set_config('lock_timeout', current_setting('bahi.lock_patience', true), false)
    WHERE current_setting('bahi.lock_patience', true) <> ''`);
  await step();
  // After a failure, the connection ends with the attempt.
  await db.query(`SELECT set_config('lock_timeout', $1, false)`, [before]);
}
