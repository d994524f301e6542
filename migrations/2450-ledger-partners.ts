import type { MigrationInterface, QueryRunner } from 'typeorm';

const LOOK_UP_ENTRIES = `
      entries := (SELECT conrelid FROM pg_constraint WHERE confrelid = TG_RELID AND contype = 'f');`;

const LOOK_UP_TRANSACTIONS = `
      transactions := (SELECT confrelid FROM pg_constraint WHERE conrelid = TG_RELID AND contype = 'f');`;

/**
 * The ledger's triggers know the name of the other table. Before, each commit looked it up in `pg_constraint`, which
 * has no index for that, so all constraints of the database were read. On the shards of a distributed table, which have
 * names such as `ledger_entries_102008`, it is still looked up.
 */
export class LedgerPartners1700000002450 implements MigrationInterface {
  readonly name = 'LedgerPartners1700000002450';

  async up(db: QueryRunner): Promise<void> {
    await db.query(DYNAMIC_LEDGER_TRIGGERS);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(checks(LOOK_UP_ENTRIES, LOOK_UP_TRANSACTIONS));
  }
}

/** Both functions as they were, except for the way in which each finds the other table. */
function checks(findEntries: string, findTransactions: string): string {
  return `
    CREATE OR REPLACE FUNCTION ledger_transactions_follow() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    DECLARE
      entries regclass;
      wrong   record;
    BEGIN
      ${findEntries}
      EXECUTE format($sql$
        SELECT n.merchant_id, n.seq, p.seq IS NULL OR p.hash <> n.prev_hash AS loose FROM added n
        LEFT JOIN %s p ON p.merchant_id = n.merchant_id AND p.seq = n.seq - 1
        WHERE (n.seq > 1 AND (p.seq IS NULL OR p.hash <> n.prev_hash))
           OR (n.seq = 1 AND n.prev_hash <> decode(repeat('00', 32), 'hex'))
           OR (SELECT e.seq FROM %s e WHERE e.merchant_id = n.merchant_id AND e.account = ANY ($1)
               AND e.seq = n.seq LIMIT 1) IS NULL
        LIMIT 1 $sql$, TG_RELID::regclass, entries) INTO wrong
        USING ARRAY['available', 'held', 'paid_out', 'received', 'fees', 'taxes'];
      IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'ledger transaction % of book % %', wrong.seq, wrong.merchant_id,
          CASE WHEN wrong.loose THEN 'does not follow the one before it' ELSE 'comes without its entries' END
          USING ERRCODE = 'P0001';
      END IF;
      RETURN NULL;
    END $$;

    CREATE OR REPLACE FUNCTION ledger_entries_balance() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    DECLARE
      transactions regclass;
      wrong        record;
    BEGIN
      ${findTransactions}
      SELECT merchant_id, seq INTO wrong FROM added GROUP BY merchant_id, seq HAVING sum(amount_paise) <> 0 LIMIT 1;
      IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'ledger transaction % of book % does not balance', wrong.seq, wrong.merchant_id
          USING ERRCODE = 'P0001';
      END IF;

      -- The first new entry of an account continues the account's last one, every further one the one before it, and
      -- nothing stands behind the last.
      EXECUTE format($sql$
        SELECT n.merchant_id, n.account, n.seq FROM (
          SELECT *, lag(balance_paise) OVER w AS before, first_value(seq) OVER w AS first_seq,
            lead(seq) OVER w AS next_seq
          FROM added WINDOW w AS (PARTITION BY merchant_id, account ORDER BY seq)
        ) n
        WHERE n.balance_paise <> n.amount_paise + coalesce(n.before, (
          SELECT e.balance_paise FROM %1$s e
          WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq < n.first_seq
          ORDER BY e.seq DESC LIMIT 1), 0)
          OR (n.next_seq IS NULL AND (SELECT e.seq FROM %1$s e
            WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq > n.seq LIMIT 1) IS NOT NULL)
        LIMIT 1 $sql$, TG_RELID::regclass) INTO wrong;
      IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'entry % of account % in book % does not continue its balance', wrong.seq, wrong.account,
          wrong.merchant_id USING ERRCODE = 'P0001';
      END IF;

      -- Nobody adds a leg to a transaction that was committed earlier.
      EXECUTE format($sql$
        SELECT n.merchant_id, n.seq FROM added n
        JOIN %s t ON t.merchant_id = n.merchant_id AND t.seq = n.seq
        WHERE t.xmin <> pg_current_xact_id()::xid
        LIMIT 1 $sql$, transactions) INTO wrong;
      IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'ledger transaction % of book % is closed', wrong.seq, wrong.merchant_id
          USING ERRCODE = 'P0001';
      END IF;
      RETURN NULL;
    END $$;
  `;
}

/** With the table names, where those are the plain ones; planned at each commit. */
export const DYNAMIC_LEDGER_TRIGGERS = checks(
  `IF TG_TABLE_NAME = 'ledger_transactions' THEN
        entries := to_regclass('public.ledger_entries');
      ELSE ${LOOK_UP_ENTRIES}
      END IF;`,
  `IF TG_TABLE_NAME = 'ledger_entries' THEN
        transactions := to_regclass('public.ledger_transactions');
      ELSE ${LOOK_UP_TRANSACTIONS}
      END IF;`,
);
