import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payouts whose money came back say why, and under which UTR it had left. */
export class PayoutReturns1700000001100 implements MigrationInterface {
  readonly name = 'PayoutReturns1700000001100';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE payouts
        DROP CONSTRAINT payouts_failed_says_why,
        ADD CONSTRAINT payouts_failed_says_why CHECK ((status IN ('failed', 'reversed')) = (failure IS NOT NULL)),
        DROP CONSTRAINT payouts_completed_has_utr,
        ADD CONSTRAINT payouts_completed_has_utr CHECK (status NOT IN ('completed', 'reversed') OR utr IS NOT NULL);
    `);
  }

  async down(): Promise<void> {
    throw new Error('payouts may have been reversed by now; there is no way back');
  }
}
