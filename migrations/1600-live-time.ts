import type { MigrationInterface, QueryRunner } from 'typeorm';

const ORDERS = ['payouts', 'payments', 'refunds'];

/**
 * How long processes have lived, by monotonic time: the second measure for whether an Idempotency-Key may be forgotten.
 * Keys of a version that wrote no date in it count from the beginning of live time.
 *
 * Orders get a revision: two changes within a millisecond have the same `updated_at`, and a change that no list shows
 * does not change `updated_at`.
 */
export class LiveTime1700000001600 implements MigrationInterface {
  readonly name = 'LiveTime1700000001600';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE live_time (
        the_only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT live_time_one_row CHECK (the_only_row),
        live_ms      bigint  NOT NULL DEFAULT 0 CONSTRAINT live_time_not_negative CHECK (live_ms >= 0),
        -- The worker that counts, and how often the row was written: a count that stands still is taken over.
        counted_by   uuid,
        ticks        bigint  NOT NULL DEFAULT 0
      );
      INSERT INTO live_time DEFAULT VALUES;
      SELECT grant_to_service('SELECT, UPDATE (live_ms, counted_by, ticks) ON live_time');

      ALTER TABLE idempotency_keys ADD COLUMN expires_at_live_ms bigint;
    `);
    for (const table of ORDERS)
      await db.query(`
        ALTER TABLE ${table} ADD COLUMN revision integer NOT NULL DEFAULT 0;
        SELECT grant_to_service('UPDATE (revision) ON ${table}');
      `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ORDERS) await db.query(`ALTER TABLE ${table} DROP COLUMN revision`);
    await db.query(`
      ALTER TABLE idempotency_keys DROP COLUMN expires_at_live_ms;
      DROP TABLE live_time;
    `);
  }
}
