import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a sign-in must know of a key's merchant, stored with the keys: on a distributed database merchants are on the
 * nodes, one of which may be down. Only merchants that have had a limit of their own are included.
 *
 * The trigger is for the previous version, which changes the merchant alone and does not know distributed books: on a
 * shard, where this table does not exist, it does nothing.
 */
export class MerchantLimits1700000002920 implements MigrationInterface {
  readonly name = 'MerchantLimits1700000002920';

  /** Each step commits separately: rows are read after the trigger's lock is released. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE IF NOT EXISTS merchant_limits (
        merchant_id       uuid NOT NULL CONSTRAINT merchant_limits_pkey PRIMARY KEY,
        reads_per_second  integer CONSTRAINT merchant_limits_reads_per_second CHECK (reads_per_second BETWEEN 1 AND 1000000),
        writes_per_second integer CONSTRAINT merchant_limits_writes_per_second CHECK (writes_per_second BETWEEN 1 AND 1000000)
      )`);
    await db.query(`SELECT grant_to_service('SELECT, INSERT, UPDATE ON merchant_limits')`);
    await db.query(`
      CREATE OR REPLACE FUNCTION merchant_limits_follow() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp SET jit = off AS $$
      BEGIN
        IF TG_TABLE_NAME = 'merchants' THEN
          INSERT INTO public.merchant_limits (merchant_id, reads_per_second, writes_per_second)
          VALUES (NEW.id, NEW.reads_per_second, NEW.writes_per_second)
          ON CONFLICT (merchant_id) DO UPDATE
          SET reads_per_second = excluded.reads_per_second, writes_per_second = excluded.writes_per_second;
        END IF;
        RETURN NULL;
      END $$`);
    await db.query(`
      CREATE OR REPLACE TRIGGER merchant_limits_follow AFTER UPDATE OF reads_per_second, writes_per_second ON merchants
        FOR EACH ROW EXECUTE FUNCTION merchant_limits_follow()`);
    // Rows that the trigger has written since are newer.
    await db.query(`
      INSERT INTO merchant_limits (merchant_id, reads_per_second, writes_per_second)
      SELECT id, reads_per_second, writes_per_second FROM merchants
      WHERE reads_per_second IS NOT NULL OR writes_per_second IS NOT NULL
      ON CONFLICT (merchant_id) DO NOTHING`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER merchant_limits_follow ON merchants;
      DROP FUNCTION merchant_limits_follow();
      DROP TABLE merchant_limits;
    `);
  }
}
