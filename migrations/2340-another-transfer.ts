import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A bank that has told of another transfer under a payout's reference is doubted until it names the right one. */
export class AnotherTransfer1700000002340 implements MigrationInterface {
  readonly name = 'AnotherTransfer1700000002340';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts ADD COLUMN bank_has_another boolean NOT NULL DEFAULT false;
      SELECT grant_to_service('UPDATE (bank_has_another) ON payouts');
      -- Of a payout without an end nothing else is said against the bank.
      UPDATE payouts SET bank_has_another = true WHERE bank_disagrees AND (needs_attention OR bank_disagrees)
        AND status = 'processing';

      -- Where the money went, as the callback says: {"accountNumber", "vpa"}. Null once the callback was judged.
      ALTER TABLE gateway_callbacks ADD COLUMN destination jsonb;
      SELECT grant_to_service('UPDATE (destination) ON gateway_callbacks');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts DROP COLUMN bank_has_another;
      ALTER TABLE gateway_callbacks DROP COLUMN destination;
    `);
  }
}
