import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a submission ended, and when a bank first reported a completed payout as failed, by live time: a clock that
 * jumps makes no answer older. If the previous version submitted the order, it is null or belongs to an earlier
 * attempt; then the clock alone decides, as it did in that version.
 */
export class LiveTimeOfAnswers1700000002470 implements MigrationInterface {
  readonly name = 'LiveTimeOfAnswers1700000002470';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const table of ['payouts', 'payments', 'refunds'])
      await db.query(`
        -- In milliseconds of live_time.
        ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS submission_ends_live_ms bigint;
        SELECT grant_to_service('UPDATE (submission_ends_live_ms) ON ${table}');
      `);
    await db.query(`
      ALTER TABLE payouts ADD COLUMN IF NOT EXISTS first_rejected_live_ms bigint;
      SELECT grant_to_service('UPDATE (first_rejected_live_ms) ON payouts');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['payouts', 'payments', 'refunds'])
      await db.query(`ALTER TABLE ${table} DROP COLUMN submission_ends_live_ms`);
    await db.query('ALTER TABLE payouts DROP COLUMN first_rejected_live_ms');
  }
}
