import type { MigrationInterface, QueryRunner } from 'typeorm';
import { find, HEAD, unchained } from './2560-static-ledger-triggers.js';

/**
 * The ledger's checks on the shards of distributed tables (Citus), where each statement of a batch is sent separately.
 * Entries are inserted before their transaction. When the transaction is inserted, its trigger checks at once that each
 * entry has its transaction, because a coordinator answers COMMIT even if the node's own COMMIT fails. Only entries
 * without any transaction are left to the check at COMMIT. The previous version, which writes both in one statement, is
 * checked as before.
 */
export class LedgerOnShards1700000002860 implements MigrationInterface {
  readonly name = 'LedgerOnShards1700000002860';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION ledger_transactions_follow() ${HEAD} AS $$
      DECLARE
        transactions regclass := TG_RELID;
        entries      regclass;
        partner      name;
        wrong        record;
      BEGIN
        IF TG_TABLE_NAME <> 'ledger_transactions' THEN
          SELECT conrelid, conname INTO entries, partner FROM pg_constraint WHERE confrelid = TG_RELID AND contype = 'f';
        END IF;
        ${find(unchained, `TG_TABLE_NAME = 'ledger_transactions'`)}
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % of book % %', wrong.seq, wrong.merchant_id,
            CASE WHEN NOT wrong.loose THEN 'comes without its entries'
              WHEN wrong.seq = 1 THEN 'begins with another hash than an empty book'
              ELSE 'does not follow the one before it' END
            USING ERRCODE = 'P0001';
        END IF;
        -- Then and there: the entries that have come before. And again for what another statement brings.
        IF TG_TABLE_NAME = 'ledger_transactions' THEN
          SET CONSTRAINTS public.ledger_entry_has_transaction IMMEDIATE;
          SET CONSTRAINTS public.ledger_entry_has_transaction DEFERRED;
        ELSE
          EXECUTE format('SET CONSTRAINTS public.%I IMMEDIATE', partner);
          EXECUTE format('SET CONSTRAINTS public.%I DEFERRED', partner);
        END IF;
        RETURN NULL;
      END $$;

      ALTER TABLE ledger_entries ALTER CONSTRAINT ledger_entry_has_transaction DEFERRABLE INITIALLY DEFERRED;
    `);
  }

  async down(): Promise<void> {
    throw new Error('what appends to the ledger now relies on it; there is no way back');
  }
}
