import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * No version and no person can delete a book's last event, because the next number follows it. And events are deleted
 * for their age only when that is proved by live time too.
 */
export class EventsThatLast1700000002600 implements MigrationInterface {
  readonly name = 'EventsThatLast1700000002600';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- By the index of the numbers, also where the server knows nothing of the table yet.
      CREATE FUNCTION outbox_keeps_last() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off AS $$
      BEGIN
        IF OLD.sequence < (
          SELECT o.sequence FROM public.outbox o WHERE o.merchant_id = OLD.merchant_id AND o.sequence IS NOT NULL
          ORDER BY o.sequence DESC LIMIT 1
        ) THEN
          RETURN OLD;
        END IF;
        -- Passed over, not refused: the version before deletes many in one statement.
        RETURN NULL;
      END $$;
      CREATE TRIGGER outbox_keeps_last BEFORE DELETE ON outbox FOR EACH ROW
        WHEN (OLD.sequence IS NOT NULL) EXECUTE FUNCTION outbox_keeps_last();

      -- What the database's clock said at which live time, noted every hour.
      CREATE TABLE outbox_marks (
        live_ms  bigint      NOT NULL CONSTRAINT outbox_marks_pkey PRIMARY KEY,
        clock_at timestamptz NOT NULL
      );
      INSERT INTO outbox_marks SELECT live_ms, clock_timestamp() FROM live_time;
      SELECT grant_to_service('SELECT, INSERT, DELETE ON outbox_marks');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER IF EXISTS outbox_keeps_last ON outbox;
      DROP FUNCTION IF EXISTS outbox_keeps_last();
      DROP TABLE IF EXISTS outbox_marks;
    `);
  }
}
