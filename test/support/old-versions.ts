import { existsSync, readFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/all.js';

/** `0900` of `OutboxOrigin1700000000900`, as the file is called. */
export const NUMBERS: readonly string[] = MIGRATIONS.map(({ name }) => name.slice(-4));

/** Applies the migrations up to this one and no further, as the version did whose last one it was. */
export async function migrateTo(number: string, ownerUrl: string): Promise<void> {
  const index = NUMBERS.indexOf(number);
  if (index < 0) throw new Error(`there is no migration ${number}`);
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    poolSize: 1,
    migrations: MIGRATIONS.slice(0, index + 1),
    migrationsTransactionMode: 'each',
  });
  await dataSource.initialize();
  await dataSource.runMigrations().finally(() => dataSource.destroy());
}

/**
 * Rows that a service of that time has left: statements for the schema as it was after this migration, none of them
 * changed since. They were taken from a running service, so that balances, chains of hashes and timelines are right.
 * Empty for migrations that came together with the next one.
 */
export function rowsAfter(number: string): string {
  const file = `test/migrations/${number}.sql`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
