import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './online.js';

/**
 * The money that comes in and goes out on a day is computed from the balances at its ends, except for what moves
 * against the usual direction: returns, refunds and adjustments. These few transactions have their own index, so that
 * nothing else of the day is read. The merchant is written in a form that only this index has: otherwise the planner
 * would use the primary key and read the whole day.
 */
export class LedgerSummedByDay1700000002730 implements MigrationInterface {
  readonly name = 'LedgerSummedByDay1700000002730';
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await createIndex(
      db,
      `CREATE INDEX CONCURRENTLY ledger_transactions_summed ON ledger_transactions (uuid_send(merchant_id), seq)
        WHERE kind IN ('payout_reversal', 'refund', 'adjustment')`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await dropIndex(db, 'ledger_transactions_summed');
  }
}
