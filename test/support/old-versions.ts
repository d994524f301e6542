import { existsSync, readFileSync } from 'node:fs';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../../migrations/all.js';

/** `0900` of `OutboxOrigin1700000000900`, as in the file's name. */
export const NUMBERS: readonly string[] = MIGRATIONS.map(({ name }) => name.slice(-4));

/**
 * Applies the migrations up to and including this one, as the version did whose last migration it was.
 * @param inspect called after each statement of the last migration, within its transaction
 */
export async function migrateTo(
  number: string,
  ownerUrl: string,
  inspect?: (db: QueryRunner) => Promise<void>,
): Promise<void> {
  const index = NUMBERS.indexOf(number);
  if (index < 0) throw new Error(`there is no migration ${number}`);
  const last = MIGRATIONS[index]!;
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    poolSize: 1,
    migrations: [...MIGRATIONS.slice(0, index), inspect === undefined ? last : inspected(last, inspect)],
    migrationsTransactionMode: 'each',
  });
  await dataSource.initialize();
  await dataSource.runMigrations().finally(() => dataSource.destroy());
}

/** Statements that PostgreSQL refuses inside a transaction, or that need not be inspected. */
const BY_ITSELF = /CONCURRENTLY|VALIDATE CONSTRAINT|^SET |^SELECT/;

/** From PostgreSQL 15 on, statistics are kept in the session's memory until they are flushed. */
const FLUSH = `DO $$ BEGIN
  IF current_setting('server_version_num')::int >= 150000 THEN PERFORM pg_stat_force_next_flush(); END IF;
END $$`;

function inspected(migration: new () => MigrationInterface, inspect: (db: QueryRunner) => Promise<void>) {
  const { name = '', transaction = true } = new migration();
  const up = async (db: QueryRunner): Promise<void> => {
    const query = async (text: string, values?: unknown[]): Promise<unknown> => {
      const alone = !transaction && !BY_ITSELF.test(text.trim());
      // The reads of earlier statements would count towards this transaction unless they are flushed first.
      if (alone) await db.query(FLUSH);
      if (alone) await db.query('BEGIN');
      const result: unknown = await db.query(text, values);
      if (transaction || alone) await inspect(db);
      if (alone) await db.query('COMMIT');
      return result;
    };
    await new migration().up(Object.assign(Object.create(db) as QueryRunner, { query }));
  };
  // TypeORM uses the class's own name if there is none.
  return class implements MigrationInterface {
    readonly name = name;
    readonly transaction = transaction;
    readonly up = up;
    readonly down = async (): Promise<void> => undefined;
  };
}

/**
 * Rows that a service of that version left behind: statements for the schema as it was after this migration, none of
 * them changed since. They were taken from a running service, so that balances, hash chains and timelines are correct.
 * Empty for migrations that were released together with the next one.
 */
export function rowsAfter(number: string): string {
  const file = `test/migrations/${number}.sql`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
