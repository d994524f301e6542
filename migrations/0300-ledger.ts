import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The double-entry ledger. The database itself refuses transactions that are not balanced or do not continue the book,
 * and any change of what was written: neither a bug of the service nor a person with the service's password can do it.
 */
export class Ledger1700000000300 implements MigrationInterface {
  readonly name = 'Ledger1700000000300';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE ledger_transactions (
        merchant_id    uuid        NOT NULL,
        seq            bigint      NOT NULL CONSTRAINT ledger_seq_from_one CHECK (seq >= 1),
        id             uuid        NOT NULL,
        kind           text        NOT NULL CONSTRAINT ledger_kind_known CHECK (kind IN ('payment', 'payout_hold',
          'payout_settlement', 'payout_release', 'payout_reversal', 'refund', 'adjustment')),
        reference_type text        NOT NULL,
        reference_id   text        NOT NULL,
        reverses_seq   bigint      CONSTRAINT ledger_reverses_earlier CHECK (reverses_seq < seq),
        reason         text,
        actor          text        NOT NULL,
        prev_hash      bytea       NOT NULL CONSTRAINT ledger_prev_hash_sha256 CHECK (octet_length(prev_hash) = 32),
        hash           bytea       NOT NULL CONSTRAINT ledger_hash_sha256 CHECK (octet_length(hash) = 32),
        created_at     timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, seq),
        -- One payout is held once, settled once, released once: whatever the code above believes.
        -- merchant_id stands last, or the planner may take this index for look-ups that name only the merchant and the
        -- seq, and every check would read the merchant's whole history.
        CONSTRAINT ledger_once_per_cause UNIQUE (reference_id, kind, merchant_id)
      );

      CREATE TABLE ledger_entries (
        merchant_id   uuid   NOT NULL,
        account       text   NOT NULL CONSTRAINT ledger_account_known
          CHECK (account IN ('available', 'held', 'paid_out', 'received', 'fees', 'taxes')),
        seq           bigint NOT NULL,
        amount_paise  bigint NOT NULL CONSTRAINT ledger_amount_not_zero CHECK (amount_paise <> 0),
        balance_paise bigint NOT NULL,
        PRIMARY KEY (merchant_id, account, seq),
        CONSTRAINT ledger_entry_has_transaction FOREIGN KEY (merchant_id, seq) REFERENCES ledger_transactions,
        CONSTRAINT ledger_balance_not_negative CHECK (balance_paise >= 0 OR account NOT IN ('available', 'held')),
        CONSTRAINT ledger_balance_shown_exactly CHECK (abs(balance_paise) <= 9007199254740991)
      );

      -- The checks name their table through TG_RELID, so that they also hold on the shards of a distributed table.
      -- Their search path is pinned: otherwise a temporary table of the service's could stand in for the catalog.
      -- A transaction and its entries are appended by one statement: both triggers fire at its end and see both tables.
      CREATE FUNCTION ledger_transactions_follow() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        entries regclass := (SELECT conrelid FROM pg_constraint WHERE confrelid = TG_RELID AND contype = 'f');
        wrong   record;
      BEGIN
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
      CREATE TRIGGER ledger_transactions_follow AFTER INSERT ON ledger_transactions
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_transactions_follow();

      CREATE FUNCTION ledger_entries_balance() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        transactions regclass := (SELECT confrelid FROM pg_constraint WHERE conrelid = TG_RELID AND contype = 'f');
        wrong        record;
      BEGIN
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
      CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_balance();

      CREATE TRIGGER ledger_transactions_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER ledger_entries_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- Only what the service does: it appends and it reads.
      SELECT grant_to_service('SELECT, INSERT ON ledger_transactions, ledger_entries');
    `);
  }

  async down(): Promise<void> {
    throw new Error('the ledger is append-only; it has no way back');
  }
}
