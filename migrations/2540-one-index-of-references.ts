import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './online.js';

const TABLES = ['payouts', 'payments'];

/**
 * One index of references in place of two: with both columns it keeps a merchant from using a reference twice, and by
 * the first column it finds a reference of any merchant. The index of refunds that have not succeeded served their
 * list, which uses other indexes now. Every row is written to each index.
 */
export class OneIndexOfReferences1700000002540 implements MigrationInterface {
  readonly name = 'OneIndexOfReferences1700000002540';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await createIndex(db, `CREATE UNIQUE INDEX CONCURRENTLY ${table}_reference_unique ON ${onBoth(table)}`);
      await dropIndex(db, `${table}_reference_once`);
      await dropIndex(db, `${table}_by_reference`);
    }
    await dropIndex(db, 'refunds_not_succeeded');
  }

  async down(db: QueryRunner): Promise<void> {
    await createIndex(
      db,
      `CREATE INDEX CONCURRENTLY refunds_not_succeeded ON refunds (status, id) WHERE status <> 'succeeded'`,
    );
    for (const table of TABLES) {
      const where = 'WHERE reference_id IS NOT NULL';
      await createIndex(
        db,
        `CREATE UNIQUE INDEX CONCURRENTLY ${table}_reference_once ON ${table} (merchant_id, reference_id) ${where}`,
      );
      await createIndex(db, `CREATE INDEX CONCURRENTLY ${table}_by_reference ON ${table} (reference_id) ${where}`);
      await dropIndex(db, `${table}_reference_unique`);
    }
  }
}

const onBoth = (table: string): string => `${table} (reference_id, merchant_id) WHERE reference_id IS NOT NULL`;
