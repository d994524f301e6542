import { append, type Posting } from '../../src/modules/ledger/domain/ledger.js';
import { LedgerHeadStore, LedgerTransactionStore } from '../../src/modules/ledger/infrastructure/ledger-store.js';
import { nextId } from '../../src/shared/ids.js';
import type { SqlSession } from './sql-session.js';

/** An attacker with the service's password who knows this source code. */
export class Intruder {
  constructor(readonly session: SqlSession) {}

  query<Row = unknown>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return this.session.query<Row>(text, values);
  }

  /** Appends to the ledger as the service does: the next seq, correct balances, the right hash. */
  async post(merchantId: string, posting: Posting): Promise<void> {
    const [head] = await new LedgerHeadStore().load(this.session, [merchantId], [], null);
    const at = new Date();
    const id = nextId(at.getTime(), head!.row.id);
    const { transaction } = append(merchantId, head!.row, posting, id, at);
    const staged = [{ merchantId, key: String(transaction.seq), row: transaction, isNew: true }];
    await this.session.together(new LedgerTransactionStore().flush(staged, null));
  }

  /** Runs `work` as one transaction and rolls it back. */
  async undone<T>(work: () => Promise<T>): Promise<T> {
    await this.query('BEGIN');
    try {
      return await work();
    } finally {
      await this.query('ROLLBACK');
    }
  }
}
