import type { QueryRunner } from 'typeorm';

/*
 * Steps for tables that hold rows while a service reads and writes them. A migration that takes them says
 * `readonly transaction = false`: each of its statements commits for itself. One that fails is run again from its first
 * step, so that every step must find out what is there already, as these do.
 */

const CONCURRENT_INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+) ON /;

/**
 * Makes an index while others write to the table. What an attempt before has left behind, an index that is not valid and
 * serves nobody, is dropped first.
 * @param statement `CREATE INDEX CONCURRENTLY name ON table (…)`
 */
export async function createIndex(db: QueryRunner, statement: string): Promise<void> {
  const [, name] = CONCURRENT_INDEX.exec(statement) ?? [];
  if (name === undefined) throw new Error(`this is not CREATE INDEX CONCURRENTLY name ON …: ${statement}`);
  const [found] = (await db.query('SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)', [
    name,
  ])) as { valid: boolean }[];
  if (found?.valid) return;
  await withoutHurry(db, async () => {
    if (found !== undefined) await db.query(`DROP INDEX CONCURRENTLY ${name}`);
    await db.query(statement);
  });
}

/** Reads the whole table for a constraint that was added as NOT VALID, while others write to it. */
export async function validateConstraint(db: QueryRunner, table: string, constraint: string): Promise<void> {
  await withoutHurry(db, () => db.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${constraint}`));
}

/** Whether the table has the constraint, valid or not. */
export async function hasConstraint(db: QueryRunner, table: string, constraint: string): Promise<boolean> {
  const sql = 'SELECT FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2';
  return ((await db.query(sql, [table, constraint])) as unknown[]).length > 0;
}

/**
 * These statements wait for transactions that are older than they are, perhaps for long; nobody who reads or writes waits
 * for them meanwhile. So `lock_timeout`, which is for locks that keep others out, does not apply.
 */
async function withoutHurry(db: QueryRunner, step: () => Promise<unknown>): Promise<void> {
  const [{ before }] = (await db.query(`SELECT current_setting('lock_timeout') AS before`)) as [{ before: string }];
  await db.query('SET lock_timeout = 0');
  await step();
  // Where it has failed, the connection ends with the attempt.
  await db.query(`SET lock_timeout = '${before}'`);
}
