import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['payouts', 'payments', 'refunds'];

/**
 * What an order that is due for submission waits for if it cannot be submitted; and an index for each kind of work:
 * inquiries, submissions, and orders that wait and are not swept. The previous version writes rows without the column
 * and does not clear it when it submits, so each index also checks `next_step`.
 */
export class Waiting1700000002000 implements MigrationInterface {
  readonly name = 'Waiting1700000002000';

  async up(db: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await db.query(`
        ALTER TABLE ${table} ADD COLUMN waiting_for text
          CONSTRAINT ${table}_waiting_for_known CHECK (waiting_for IN ('merchant_inactive', 'bank_account_inactive',
            'gateway_paused', 'gateway_unavailable', 'no_gateway'));
        SELECT grant_to_service('UPDATE (waiting_for) ON ${table}');
        CREATE INDEX ${table}_due_inquiries ON ${table} (next_attempt_at, id) WHERE next_step = 'inquire';
        CREATE INDEX ${table}_due_submissions ON ${table} (next_attempt_at, id)
          WHERE next_step = 'submit' AND waiting_for IS NULL;
        CREATE INDEX ${table}_waiting ON ${table} (waiting_for, id)
          WHERE next_step = 'submit' AND waiting_for IS NOT NULL;
        CREATE INDEX ${table}_waiting_of_merchant ON ${table} (merchant_id, waiting_for, id)
          WHERE next_step = 'submit' AND waiting_for IS NOT NULL;
        -- The sweep of the version before finds what is open by the other partial index.
        CREATE INDEX IF NOT EXISTS ${table}_open ON ${table} (merchant_id) WHERE next_attempt_at IS NOT NULL;
        DROP INDEX ${table}_due;
      `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await db.query(`
        CREATE INDEX ${table}_due ON ${table} (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
        DROP INDEX ${table}_due_inquiries, ${table}_due_submissions, ${table}_waiting, ${table}_waiting_of_merchant;
        ALTER TABLE ${table} DROP COLUMN waiting_for;
      `);
    await db.query('DROP INDEX payments_open');
  }
}
