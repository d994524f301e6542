import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DYNAMIC_LEDGER_TRIGGERS } from './2450-ledger-partners.js';

/** The names of the tables that a statement reads, and the variable that it reads into. */
interface Names {
  readonly transactions: string;
  readonly entries: string;
  readonly into: string;
}

/** A transaction whose hash does not continue the one before it, or that has no entry. */
export const unchained = ({ transactions, entries, into }: Names): string => `
  SELECT f.merchant_id, f.seq, f.loose ${into} FROM (
    SELECT n.merchant_id, n.seq, n.prev_hash IS DISTINCT FROM CASE n.seq WHEN 1 THEN decode(repeat('00', 32), 'hex')
      ELSE (SELECT p.hash FROM ${transactions} p WHERE p.merchant_id = n.merchant_id AND p.seq = n.seq - 1) END AS loose
    FROM added n
  ) f
  WHERE f.loose OR (
    SELECT e.seq FROM unnest(ARRAY['available', 'held', 'paid_out', 'received', 'fees', 'taxes']) AS a(account)
    CROSS JOIN LATERAL (
      SELECT seq FROM ${entries} WHERE merchant_id = f.merchant_id AND account = a.account AND seq = f.seq LIMIT 1
    ) e LIMIT 1) IS NULL
  LIMIT 1`;

/**
 * An entry that does not continue its account: the first new entry must continue the account's last one, every further
 * one the entry before it, and nothing may follow the last.
 */
const discontinued = ({ entries, into }: Names): string => `
  SELECT n.merchant_id, n.account, n.seq ${into} FROM (
    SELECT *, lag(balance_paise) OVER w AS before, first_value(seq) OVER w AS first_seq, lead(seq) OVER w AS next_seq
    FROM added WINDOW w AS (PARTITION BY merchant_id, account ORDER BY seq)
  ) n
  WHERE n.balance_paise <> n.amount_paise + coalesce(n.before, (
    SELECT e.balance_paise FROM ${entries} e
    WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq < n.first_seq
    ORDER BY e.seq DESC LIMIT 1), 0)
    OR (n.next_seq IS NULL AND (SELECT e.seq FROM ${entries} e
      WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq > n.seq LIMIT 1) IS NOT NULL)
  LIMIT 1`;

/** An entry that is added to a transaction that was committed earlier. */
const late = ({ transactions, into }: Names): string => `
  SELECT n.merchant_id, n.seq ${into} FROM added n
  WHERE (SELECT t.xmin FROM ${transactions} t WHERE t.merchant_id = n.merchant_id AND t.seq = n.seq)
    <> pg_current_xact_id()::xid
  LIMIT 1`;

const PLAIN: Names = {
  transactions: 'public.ledger_transactions',
  entries: 'public.ledger_entries',
  into: 'INTO wrong',
};
const OF_SHARD: Names = { transactions: '%1$s', entries: '%2$s', into: '' };

/** Planned once per connection; for a shard, whose tables have other names, each time. */
export const find = (statement: (names: Names) => string, isPlain: string): string => `
  IF ${isPlain} THEN ${statement(PLAIN)};
  ELSE EXECUTE format($sql$ ${statement(OF_SHARD)} $sql$, transactions, entries) INTO wrong;
  END IF;`;

export const HEAD =
  'RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off';

/**
 * The ledger's triggers plan their statements once per connection and not at each commit, which took most of their
 * time. Only on the shards of a distributed table, which have names such as `ledger_entries_102008`, do they look up
 * the other table and plan each time. Every look-up names the whole primary key, so that a plan made while the tables
 * were empty never reads a book's whole history later.
 */
export class StaticLedgerTriggers1700000002560 implements MigrationInterface {
  readonly name = 'StaticLedgerTriggers1700000002560';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION ledger_transactions_follow() ${HEAD} AS $$
      DECLARE
        transactions regclass := TG_RELID;
        entries      regclass;
        wrong        record;
      BEGIN
        IF TG_TABLE_NAME <> 'ledger_transactions' THEN
          entries := (SELECT conrelid FROM pg_constraint WHERE confrelid = TG_RELID AND contype = 'f');
        END IF;
        ${find(unchained, `TG_TABLE_NAME = 'ledger_transactions'`)}
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % of book % %', wrong.seq, wrong.merchant_id,
            CASE WHEN wrong.loose THEN 'does not follow the one before it' ELSE 'comes without its entries' END
            USING ERRCODE = 'P0001';
        END IF;
        RETURN NULL;
      END $$;

      CREATE OR REPLACE FUNCTION ledger_entries_balance() ${HEAD} AS $$
      DECLARE
        transactions regclass;
        entries      regclass := TG_RELID;
        wrong        record;
      BEGIN
        IF TG_TABLE_NAME <> 'ledger_entries' THEN
          transactions := (SELECT confrelid FROM pg_constraint WHERE conrelid = TG_RELID AND contype = 'f');
        END IF;
        SELECT merchant_id, seq INTO wrong FROM added GROUP BY merchant_id, seq HAVING sum(amount_paise) <> 0 LIMIT 1;
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % of book % does not balance', wrong.seq, wrong.merchant_id
            USING ERRCODE = 'P0001';
        END IF;
        ${find(discontinued, `TG_TABLE_NAME = 'ledger_entries'`)}
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'entry % of account % in book % does not continue its balance', wrong.seq, wrong.account,
            wrong.merchant_id USING ERRCODE = 'P0001';
        END IF;
        ${find(late, `TG_TABLE_NAME = 'ledger_entries'`)}
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % of book % is closed', wrong.seq, wrong.merchant_id
            USING ERRCODE = 'P0001';
        END IF;
        RETURN NULL;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(DYNAMIC_LEDGER_TRIGGERS);
  }
}
