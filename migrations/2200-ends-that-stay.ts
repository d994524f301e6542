import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The database refuses what no code path does, even if a person with the service's password asks for it.
 *
 * - A payout, a payment or a refund begins at its first status, or as cancelled in the batch that created it, and never
 *   leaves a final status. A batch writes each row once, in its last state, so one UPDATE may stand for several moves:
 *   the lists contain every status that can be reached. `test/integration/guards.spec.ts` compares the lists with the
 *   domain's state machines.
 * - An order that has ended keeps the names under which it ended, and the reason; a captured payment keeps its receipt.
 *   The bank or provider that has an order never changes. Flags, the archive date and later due dates stay writable.
 * - A payout or a refund cannot be created without a hold in the same transaction.
 * - A revoked key stays revoked.
 */
export class EndsThatStay1700000002200 implements MigrationInterface {
  readonly name = 'EndsThatStay1700000002200';

  async up(db: QueryRunner): Promise<void> {
    // Conditions of AFTER EACH ROW triggers read only the two rows: if a condition is false, no function is called. A
    // BEFORE trigger would lock each row once more.
    await db.query(`
      CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql SET jit = off AS $$
      BEGIN
        RAISE EXCEPTION '% on % is refused (%): % %', TG_OP, TG_RELID::regclass, TG_NAME,
          to_jsonb(NEW) ->> 'id', to_jsonb(NEW) ->> 'status' USING ERRCODE = 'P0001';
      END $$;

      CREATE TRIGGER payouts_begin AFTER INSERT ON payouts FOR EACH ROW
        WHEN (NEW.status NOT IN ('pending', 'cancelled')) EXECUTE FUNCTION refuse_move();
      CREATE TRIGGER payouts_move AFTER UPDATE ON payouts FOR EACH ROW
        WHEN ((OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('pending', 'processing'),
            ('pending', 'cancelled'), ('pending', 'completed'), ('pending', 'failed'), ('pending', 'reversed'),
            ('processing', 'completed'), ('processing', 'failed'), ('processing', 'reversed'), ('completed', 'reversed')))
          OR OLD.gateway <> coalesce(NEW.gateway, '') OR OLD.utr <> coalesce(NEW.utr, '')
          OR (OLD.status = NEW.status AND OLD.status NOT IN ('pending', 'processing')
            AND (OLD.utr, OLD.failure) IS DISTINCT FROM (NEW.utr, NEW.failure)))
        EXECUTE FUNCTION refuse_move();

      CREATE TRIGGER payments_begin AFTER INSERT ON payments FOR EACH ROW
        WHEN (NEW.status NOT IN ('created', 'failed')) EXECUTE FUNCTION refuse_move();
      CREATE TRIGGER payments_move AFTER UPDATE ON payments FOR EACH ROW
        WHEN ((OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('created', 'processing'),
            ('created', 'succeeded'), ('created', 'failed'), ('created', 'partially_refunded'), ('created', 'refunded'),
            ('processing', 'succeeded'), ('processing', 'failed'), ('processing', 'partially_refunded'),
            ('processing', 'refunded'), ('succeeded', 'partially_refunded'), ('succeeded', 'refunded'),
            ('partially_refunded', 'refunded')))
          OR OLD.gateway <> coalesce(NEW.gateway, '')
          OR NEW.refunded_minor < OLD.refunded_minor OR NEW.refunded_paise < OLD.refunded_paise
          OR (OLD.status NOT IN ('created', 'processing')
            AND (OLD.provider_id, OLD.failure, OLD.rate, OLD.gross_paise, OLD.fee_paise, OLD.tax_paise, OLD.net_paise)
              IS DISTINCT FROM
              (NEW.provider_id, NEW.failure, NEW.rate, NEW.gross_paise, NEW.fee_paise, NEW.tax_paise, NEW.net_paise)))
        EXECUTE FUNCTION refuse_move();

      CREATE TRIGGER refunds_begin AFTER INSERT ON refunds FOR EACH ROW
        WHEN (NEW.status <> 'pending') EXECUTE FUNCTION refuse_move();
      CREATE TRIGGER refunds_move AFTER UPDATE ON refunds FOR EACH ROW
        WHEN (OLD.status <> 'pending'
          AND (OLD.status, OLD.provider_id, OLD.failure) IS DISTINCT FROM (NEW.status, NEW.provider_id, NEW.failure))
        EXECUTE FUNCTION refuse_move();

      CREATE FUNCTION refuse_unrevoking() RETURNS trigger LANGUAGE plpgsql SET jit = off AS $$
      BEGIN
        RAISE EXCEPTION '% on % is refused: key % was revoked', TG_OP, TG_RELID::regclass, OLD.id USING ERRCODE = 'P0001';
      END $$;
      CREATE TRIGGER api_keys_stay_revoked AFTER UPDATE OF revoked_at ON api_keys FOR EACH ROW
        WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
        EXECUTE FUNCTION refuse_unrevoking();

      -- The hold is appended before the order, by an earlier statement of the same transaction. The plan is made once for
      -- each connection, and may not be one that reads a merchant's history when that has grown: no join whose order the
      -- planner chooses, and the merchant compared as text, so that only the index that begins with the reference fits.
      CREATE FUNCTION payouts_are_held_for() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off AS $$
      DECLARE
        wrong record;
      BEGIN
        SELECT n.merchant_id, n.id INTO wrong FROM added n WHERE n.amount_paise IS DISTINCT FROM (
          SELECT (SELECT e.amount_paise FROM public.ledger_entries e
            WHERE e.merchant_id = t.merchant_id AND e.account = 'held' AND e.seq = t.seq)
          FROM public.ledger_transactions t
          WHERE t.reference_id = n.id::text AND t.kind = 'payout_hold' AND t.merchant_id::text = n.merchant_id::text
            AND t.xmin = pg_current_xact_id()::xid LIMIT 1) LIMIT 1;
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION '% on % is refused: nothing is held for % of book %', TG_OP, TG_RELID::regclass, wrong.id,
            wrong.merchant_id USING ERRCODE = 'P0001';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER payouts_are_held_for AFTER INSERT ON payouts
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payouts_are_held_for();

      -- What is worth less than a paisa, or is given back out of the fee alone, has nothing to be held.
      CREATE FUNCTION refunds_are_held_for() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off AS $$
      DECLARE
        wrong record;
      BEGIN
        SELECT n.merchant_id, n.id INTO wrong FROM added n
        WHERE n.amount_paise - n.fee_paise - n.tax_paise IS DISTINCT FROM coalesce((
          SELECT (SELECT e.amount_paise FROM public.ledger_entries e
            WHERE e.merchant_id = t.merchant_id AND e.account = 'held' AND e.seq = t.seq)
          FROM public.ledger_transactions t
          WHERE t.reference_id = n.id::text AND t.kind = 'refund_hold' AND t.merchant_id::text = n.merchant_id::text
            AND t.xmin = pg_current_xact_id()::xid LIMIT 1), 0) LIMIT 1;
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION '% on % is refused: nothing is held for % of book %', TG_OP, TG_RELID::regclass, wrong.id,
            wrong.merchant_id USING ERRCODE = 'P0001';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER refunds_are_held_for AFTER INSERT ON refunds
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refunds_are_held_for();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP FUNCTION refuse_move(), refuse_unrevoking(), payouts_are_held_for(), refunds_are_held_for() CASCADE;
    `);
  }
}
