import type { MigrationInterface, QueryRunner } from 'typeorm';

const TIMELINES = { payouts: 'payout_events', payments: 'payment_events' };

/**
 * A hash chain over each timeline, with its head in the order's row. Nullable: earlier entries have no hash, and the
 * previous version writes none while it is still running. The time until which a missing hash is no finding is in a row
 * that the service cannot change: a week, for an upgrade process by process. In a new database no such version ever
 * runs. A database is new if no migration at all had been run when this run began; `migrate` says so by the setting
 * `bahi.new_database`. Whether there are rows proves nothing: the previous version may have none yet and keep running.
 */
export class TimelineChain1700000002310 implements MigrationInterface {
  readonly name = 'TimelineChain1700000002310';

  async up(db: QueryRunner): Promise<void> {
    for (const [orders, events] of Object.entries(TIMELINES))
      await db.query(`
        ALTER TABLE ${events} ADD COLUMN hash bytea,
          ADD CONSTRAINT ${events}_hash_sha256 CHECK (octet_length(hash) = 32) NOT VALID;
        ALTER TABLE ${orders} ADD COLUMN timeline_hash bytea,
          ADD CONSTRAINT ${orders}_timeline_hash_sha256 CHECK (octet_length(timeline_hash) = 32) NOT VALID;
        SELECT grant_to_service('UPDATE (timeline_hash) ON ${orders}');
      `);
    await db.query(`
      CREATE TABLE timeline_chain (
        the_only_row   boolean     PRIMARY KEY DEFAULT true CONSTRAINT timeline_chain_one_row CHECK (the_only_row),
        -- Lines that are dated earlier may lack a hash.
        unhashed_until timestamptz NOT NULL
      );
      INSERT INTO timeline_chain (unhashed_until)
        SELECT now() + CASE current_setting('bahi.new_database', true) WHEN 'on' THEN interval '0' ELSE interval '7 days' END;
      SELECT grant_to_service('SELECT ON timeline_chain');
    `);
  }

  async down(): Promise<void> {
    throw new Error('timelines are append-only; there is no way back');
  }
}
