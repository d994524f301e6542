import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './online.js';

/**
 * What moves money in and out of a day is told apart by the balances at its ends, but for what takes money the other way:
 * returns, refunds and adjustments. These few have an index of their own, so that nothing else of the day is read. The
 * merchant is said as only this index has it: the planner would otherwise take the primary key, and read the whole day.
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
