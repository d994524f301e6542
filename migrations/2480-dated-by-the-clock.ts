import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a payment or a refund failed, and when its provider last reported another amount or currency, by the server's
 * clock: an answer to an earlier question proves nothing against it. Null if the previous version wrote it.
 */
export class DatedByTheClock1700000002480 implements MigrationInterface {
  readonly name = 'DatedByTheClock1700000002480';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const table of ['payments', 'refunds'])
      await db.query(`
        ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS failed_at timestamptz,
          ADD COLUMN IF NOT EXISTS gateway_has_another_since timestamptz;
        SELECT grant_to_service('UPDATE (failed_at, gateway_has_another_since) ON ${table}');
      `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['payments', 'refunds'])
      await db.query(`ALTER TABLE ${table} DROP COLUMN failed_at, DROP COLUMN gateway_has_another_since`);
  }
}
