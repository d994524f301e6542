import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an order waits for that is due for submission and cannot be submitted. The version before writes rows without the
 * column, and leaves it standing when it submits: so each index asks for `next_step` too.
 */
export class Waiting1700000002000 implements MigrationInterface {
  readonly name = 'Waiting1700000002000';

  async up(db: QueryRunner): Promise<void> {
    for (const table of ['payouts', 'payments', 'refunds'])
      await db.query(`
        ALTER TABLE ${table} ADD COLUMN waiting_for text
          CONSTRAINT ${table}_waiting_for_known CHECK (waiting_for IN ('merchant_inactive', 'bank_account_inactive',
            'gateway_paused', 'gateway_unavailable', 'no_gateway'));
        SELECT grant_to_service('UPDATE (waiting_for) ON ${table}');
      `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['payouts', 'payments', 'refunds'])
      await db.query(`ALTER TABLE ${table} DROP COLUMN waiting_for`);
  }
}
