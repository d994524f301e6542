import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The most rows that one step changes, and for which the service may have to wait. */
const BATCH = 5_000;

/**
 * A process of an earlier release that is still running completes payouts without planning when to ask their bank
 * again.
 */
export class WatchOfEarlierReleases1700000002330 implements MigrationInterface {
  readonly name = 'WatchOfEarlierReleases1700000002330';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    // AFTER EACH ROW, and only for such payouts: a BEFORE trigger would lock each row once more, at every change.
    await db.query(`
      CREATE OR REPLACE FUNCTION watch_completed_payout() RETURNS trigger LANGUAGE plpgsql SET jit = off AS $$
      BEGIN
        EXECUTE format('UPDATE %s SET watched_from = date_trunc(''milliseconds'', clock_timestamp()),
            watch_next_at = date_trunc(''milliseconds'', clock_timestamp()) + interval ''1 hour''
          WHERE merchant_id = $1 AND id = $2', TG_RELID::regclass) USING NEW.merchant_id, NEW.id;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE TRIGGER payouts_watched_anyhow AFTER UPDATE ON payouts FOR EACH ROW
        WHEN (NEW.status = 'completed' AND OLD.status <> 'completed' AND NEW.watched_from IS NULL AND NEW.gateway IS NOT NULL)
        EXECUTE FUNCTION watch_completed_payout();
    `);

    // Payouts that were completed in this way since the watch exists. Ids begin with their time.
    let [last] = (await db.query(
      `SELECT (lpad(to_hex((extract(epoch FROM now() - interval '10 days') * 1000)::bigint), 12, '0')
         || repeat('0', 20))::uuid AS id`,
    )) as { id: string }[];
    while (last !== undefined) {
      [last] = (await db.query(
        `WITH changed AS (
           UPDATE payouts SET watched_from = updated_at, watch_next_at = now() + random() * interval '1 day'
           WHERE (merchant_id, id) IN (
             SELECT merchant_id, id FROM payouts
             WHERE status = 'completed' AND gateway IS NOT NULL AND watched_from IS NULL
               AND updated_at > now() - interval '7 days' AND id > $1
             ORDER BY id LIMIT ${BATCH})
           RETURNING id)
         SELECT id FROM changed ORDER BY id DESC LIMIT 1`,
        [last.id],
      )) as { id: string }[];
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP FUNCTION watch_completed_payout() CASCADE');
  }
}
