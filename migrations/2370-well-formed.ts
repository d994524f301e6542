import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex } from './online.js';

/**
 * An index for the watch of completed payouts, which begins with those that were once reported as failed.
 *
 * And constraints against values that no code path writes and no version could read: an infinite time, data that is not
 * an object, a transaction of one kind under the cause of another. NOT VALID: existing rows are not read.
 */
export class WellFormed1700000002370 implements MigrationInterface {
  readonly name = 'WellFormed1700000002370';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE ledger_transactions
        DROP CONSTRAINT IF EXISTS ledger_transactions_cause,
        DROP CONSTRAINT IF EXISTS ledger_transactions_finite,
        ADD CONSTRAINT ledger_transactions_cause CHECK (reference_type = split_part(kind, '_', 1)) NOT VALID,
        ADD CONSTRAINT ledger_transactions_finite CHECK (isfinite(created_at)) NOT VALID;
    `);
    await db.query(`
      ALTER TABLE payout_events
        DROP CONSTRAINT IF EXISTS payout_events_finite,
        ADD CONSTRAINT payout_events_finite CHECK (isfinite(at) AND jsonb_typeof(data) = 'object') NOT VALID;
    `);
    await db.query(`
      ALTER TABLE payment_events
        DROP CONSTRAINT IF EXISTS payment_events_finite,
        ADD CONSTRAINT payment_events_finite CHECK (isfinite(at) AND jsonb_typeof(data) = 'object') NOT VALID;
    `);
    await createIndex(
      db,
      `CREATE INDEX CONCURRENTLY payouts_watched_rejected ON payouts (gateway, watch_next_at)
       WHERE watch_next_at IS NOT NULL AND first_rejected_at IS NOT NULL`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX payouts_watched_rejected;
      ALTER TABLE payment_events DROP CONSTRAINT payment_events_finite;
      ALTER TABLE payout_events DROP CONSTRAINT payout_events_finite;
      ALTER TABLE ledger_transactions
        DROP CONSTRAINT ledger_transactions_finite, DROP CONSTRAINT ledger_transactions_cause;
    `);
  }
}
