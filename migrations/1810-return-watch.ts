import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Banks are asked about completed payouts again: a callback about returned money may be lost. */
export class ReturnWatch1700000001810 implements MigrationInterface {
  readonly name = 'ReturnWatch1700000001810';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts
        -- When it was completed, by the clock and not in the book's order.
        ADD COLUMN watched_from timestamptz,
        -- When the bank is asked the next time; null: no more.
        ADD COLUMN watch_next_at timestamptz;
      SELECT grant_to_service('UPDATE (watched_from, watch_next_at) ON payouts');

      -- What was completed in the last days is watched from now on, spread over a day. Ids begin with their time.
      UPDATE payouts SET watched_from = updated_at, watch_next_at = now() + random() * interval '1 day'
      WHERE status = 'completed' AND gateway IS NOT NULL AND updated_at > now() - interval '7 days'
        AND id > (lpad(to_hex((extract(epoch FROM now() - interval '10 days') * 1000)::bigint), 12, '0')
          || repeat('0', 20))::uuid;
      CREATE INDEX payouts_watched ON payouts (gateway, watch_next_at) WHERE watch_next_at IS NOT NULL;

      -- Whose turn it is to ask a bank, so that all processes together stay within its rate.
      CREATE TABLE payout_watch_turns (
        gateway  text        PRIMARY KEY,
        taken_at timestamptz NOT NULL
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE ON payout_watch_turns');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE payout_watch_turns;
      ALTER TABLE payouts DROP COLUMN watched_from, DROP COLUMN watch_next_at;
    `);
  }
}
