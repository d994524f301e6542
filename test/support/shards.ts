import type { SqlSession } from './sql-session.js';

/**
 * Creates one shard of the ledger as Citus does on its nodes: tables of the same form with the same checks, under other
 * names. The service may append to them.
 */
export async function makeShards(owner: SqlSession): Promise<void> {
  await owner.query(`
    CREATE TABLE ledger_transactions_102008 (LIKE ledger_transactions INCLUDING ALL);
    CREATE TABLE ledger_entries_102009 (LIKE ledger_entries INCLUDING ALL,
      FOREIGN KEY (merchant_id, seq) REFERENCES ledger_transactions_102008 DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER ledger_transactions_follow AFTER INSERT ON ledger_transactions_102008
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_transactions_follow();
    CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries_102009
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_balance();
    GRANT SELECT, INSERT ON ledger_transactions_102008, ledger_entries_102009 TO bahi_app;
  `);
}
