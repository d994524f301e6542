import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A bank that has reported another transfer under a payout's reference is in doubt until it names the right one. */
export class AnotherTransfer1700000002340 implements MigrationInterface {
  readonly name = 'AnotherTransfer1700000002340';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts ADD COLUMN IF NOT EXISTS bank_has_another_since timestamptz;
      SELECT grant_to_service('UPDATE (bank_has_another_since) ON payouts');
    `);
    await db.query(`
      -- While a payout has no end, a bank contradicts it by another transfer alone. The condition in brackets is always
      -- true; it is that of the index payouts_to_look_at, which PostgreSQL uses only where it reads it.
      UPDATE payouts SET bank_has_another_since = now() WHERE bank_disagrees AND (needs_attention OR bank_disagrees)
        AND status = 'processing' AND bank_has_another_since IS NULL;
    `);
    await db.query(`
      -- Where the money went, as the callback says: {"accountNumber", "vpa"}. Null once the callback was judged.
      ALTER TABLE gateway_callbacks ADD COLUMN IF NOT EXISTS destination jsonb;
      SELECT grant_to_service('UPDATE (destination) ON gateway_callbacks');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts DROP COLUMN bank_has_another_since;
      ALTER TABLE gateway_callbacks DROP COLUMN destination;
    `);
  }
}
