import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A bank may revoke a success, and not every such message is sufficient proof: the first message is stored until the
 * second half of the proof comes. Also stores who reported the payout as paid.
 */
export class MoneyBack1700000001700 implements MigrationInterface {
  readonly name = 'MoneyBack1700000001700';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts
        -- NULL where the previous version has completed it: then as if an operator had.
        ADD COLUMN completed_by text,
        ADD COLUMN first_rejected_at timestamptz,
        ADD COLUMN first_rejected_by text,
        ADD CONSTRAINT payouts_completed_by_known CHECK (completed_by IN ('bank', 'operator')) NOT VALID,
        ADD CONSTRAINT payouts_first_rejected CHECK ((first_rejected_at IS NULL) = (first_rejected_by IS NULL)
          AND first_rejected_by IN ('inquiry', 'callback')) NOT VALID;
      SELECT grant_to_service('UPDATE (completed_by, first_rejected_at, first_rejected_by) ON payouts');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts DROP COLUMN completed_by, DROP COLUMN first_rejected_at, DROP COLUMN first_rejected_by;
    `);
  }
}
