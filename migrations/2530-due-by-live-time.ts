import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When the next step of an order is due by live time: setting a clock back delays nothing. Null if only the previous
 * version has planned it; a new plan by that version during an upgrade leaves the old value. A step may then be taken
 * before its time, which does no harm: it is claimed under the lock, an inquiry releases nothing while a submission is
 * on its way, and a planned resubmission follows proof that the order was never received.
 */
export class DueByLiveTime1700000002530 implements MigrationInterface {
  readonly name = 'DueByLiveTime1700000002530';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const table of ['payouts', 'payments', 'refunds'])
      await db.query(`
        -- In milliseconds of live_time.
        ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS next_attempt_live_ms bigint;
        SELECT grant_to_service('UPDATE (next_attempt_live_ms) ON ${table}');
      `);
    await db.query(`
      -- The clock at the last tick, and the live time at which it was last seen to be set back.
      ALTER TABLE live_time ADD COLUMN IF NOT EXISTS clock_at timestamptz,
        ADD COLUMN IF NOT EXISTS set_back_live_ms bigint;
      SELECT grant_to_service('UPDATE (clock_at, set_back_live_ms) ON live_time');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['payouts', 'payments', 'refunds'])
      await db.query(`ALTER TABLE ${table} DROP COLUMN next_attempt_live_ms`);
    await db.query('ALTER TABLE live_time DROP COLUMN clock_at, DROP COLUMN set_back_live_ms');
  }
}
