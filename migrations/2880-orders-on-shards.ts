import type { MigrationInterface, QueryRunner } from 'typeorm';

const HEAD =
  'RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off';

/** The names of the ledger's tables, and the variable that a statement reads into. */
interface Names {
  readonly transactions: string;
  readonly entries: string;
  readonly into: string;
}

const PLAIN: Names = {
  transactions: 'public.ledger_transactions',
  entries: 'public.ledger_entries',
  into: 'INTO wrong',
};
const OF_SHARD: Names = { transactions: '%1$I.%2$I', entries: '%1$I.%3$I', into: '' };

/** The amount held by the transaction that has just been appended for the order `n`. */
const held = (kind: string, { transactions, entries }: Names): string => `
  SELECT (SELECT e.amount_paise FROM ${entries} e
    WHERE e.merchant_id = t.merchant_id AND e.account = 'held' AND e.seq = t.seq)
  FROM ${transactions} t
  WHERE t.reference_id = n.id::text AND t.kind = '${kind}' AND t.merchant_id::text = n.merchant_id::text
    AND t.xmin = pg_current_xact_id()::xid LIMIT 1`;

const payoutNotHeld = (names: Names): string => `
  SELECT n.merchant_id, n.id ${names.into} FROM added n
  WHERE n.amount_paise IS DISTINCT FROM (${held('payout_hold', names)}) LIMIT 1`;

const refundNotHeld = (names: Names): string => `
  SELECT n.merchant_id, n.id ${names.into} FROM added n
  WHERE n.amount_paise - n.fee_paise - n.tax_paise IS DISTINCT FROM coalesce((${held('refund_hold', names)}), 0) LIMIT 1`;

/**
 * The shard of a table that holds the same books as this trigger's shard, for example `payouts_102041` and
 * `ledger_entries_102009`. Both have the same hash range.
 */
const besideThis = (table: string): string => `
  (SELECT '${table}_' || o.shardid FROM pg_dist_shard s JOIN pg_dist_shard o ON o.shardminvalue = s.shardminvalue
   WHERE s.shardid = substring(TG_TABLE_NAME FROM '_([0-9]+)$')::bigint AND o.logicalrelid = 'public.${table}'::regclass)`;

const heldFor = (table: string, wrong: (names: Names) => string): string => `
  CREATE OR REPLACE FUNCTION ${table}_are_held_for() ${HEAD} AS $$
  DECLARE
    wrong record;
  BEGIN
    IF TG_TABLE_NAME = '${table}' THEN ${wrong(PLAIN)};
    ELSE
      EXECUTE format($sql$ ${wrong(OF_SHARD)} $sql$, TG_TABLE_SCHEMA, ${besideThis('ledger_transactions')},
        ${besideThis('ledger_entries')}) INTO wrong;
    END IF;
    IF wrong IS NOT NULL THEN
      RAISE EXCEPTION '% on % is refused: nothing is held for % of book %', TG_OP, TG_RELID::regclass, wrong.id,
        wrong.merchant_id USING ERRCODE = 'P0001';
    END IF;
    RETURN NULL;
  END $$;`;

/**
 * Append-only tables. A trigger that also names TRUNCATE would not exist on the shards, where nobody can empty them.
 */
const APPEND_ONLY = ['books', 'ledger_transactions', 'ledger_entries', 'payout_events', 'payment_events'];

const neverChanges = (table: string): string => `
  CREATE OR REPLACE TRIGGER ${table}_never_change BEFORE DELETE OR UPDATE ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER ${table}_never_emptied BEFORE TRUNCATE ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`;

/**
 * Triggers that read other tables also work on the shards of a distributed database, where a table has the number of
 * its shard in its name, and a statement that reads the distributed table itself is refused.
 */
export class OrdersOnShards1700000002880 implements MigrationInterface {
  readonly name = 'OrdersOnShards1700000002880';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ${APPEND_ONLY.map(neverChanges).join('')}

      ${heldFor('payouts', payoutNotHeld)}
      ${heldFor('refunds', refundNotHeld)}

      CREATE OR REPLACE FUNCTION outbox_keeps_last() ${HEAD} AS $$
      DECLARE
        last bigint;
      BEGIN
        IF TG_TABLE_NAME = 'outbox' THEN
          last := (SELECT o.sequence FROM public.outbox o WHERE o.merchant_id = OLD.merchant_id AND o.sequence IS NOT NULL
            ORDER BY o.sequence DESC LIMIT 1);
        ELSE
          EXECUTE format($sql$ SELECT o.sequence FROM %s o WHERE o.merchant_id = $1 AND o.sequence IS NOT NULL
            ORDER BY o.sequence DESC LIMIT 1 $sql$, TG_RELID::regclass) INTO last USING OLD.merchant_id;
        END IF;
        -- Passed over, not refused: the version before deletes many in one statement.
        RETURN CASE WHEN OLD.sequence < last THEN OLD END;
      END $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('a database may be distributed meanwhile; there is no way back');
  }
}
