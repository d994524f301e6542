import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Everything that gateways have signed is stored: the text of the message, and also events whose amount or reference
 * cannot be read. An outcome is set once, and a callback that a person still has to look at cannot be deleted.
 */
export class Callbacks1700000001800 implements MigrationInterface {
  readonly name = 'Callbacks1700000001800';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE gateway_callbacks
        -- Bounded, and without account numbers; null once the callback was processed.
        ADD COLUMN body text CONSTRAINT gateway_callbacks_body_short CHECK (length(body) <= 16384),
        ALTER COLUMN reference DROP NOT NULL,
        ALTER COLUMN amount_minor DROP NOT NULL,
        ALTER COLUMN currency DROP NOT NULL,
        ALTER COLUMN ending DROP NOT NULL,
        ADD CONSTRAINT gateway_callbacks_readable CHECK (
          outcome IS NOT DISTINCT FROM 'unreadable' OR (reference IS NOT NULL AND ending IS NOT NULL)
        );

      -- The sweep goes on behind the place that it has reached.
      DROP INDEX gateway_callbacks_due;
      CREATE INDEX gateway_callbacks_due ON gateway_callbacks (next_try_at, gateway, event_id)
        WHERE next_try_at IS NOT NULL;
      -- What a person has to look at: findings of verify.
      DROP INDEX gateway_callbacks_refused;
      CREATE INDEX gateway_callbacks_findings ON gateway_callbacks (reference) WHERE outcome <> 'taken_in';

      CREATE FUNCTION gateway_callbacks_stay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF OLD.outcome IS NOT NULL THEN
            RAISE EXCEPTION 'the outcome of callback % of % is set once', OLD.event_id, OLD.gateway
              USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END IF;
        -- Who owns the table may: the service does not.
        IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
          RETURN OLD;
        END IF;
        IF OLD.outcome IS DISTINCT FROM 'taken_in' OR OLD.received_at > clock_timestamp() - interval '1 day' THEN
          RAISE EXCEPTION 'callback % of % is not settled, or of today', OLD.event_id, OLD.gateway
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
      END $$;
      ALTER FUNCTION gateway_callbacks_stay() SET jit = off;
      CREATE TRIGGER gateway_callbacks_stay BEFORE UPDATE OR DELETE ON gateway_callbacks
        FOR EACH ROW EXECUTE FUNCTION gateway_callbacks_stay();
      SELECT grant_to_service('UPDATE (body), DELETE ON gateway_callbacks');
    `);
  }

  async down(): Promise<void> {
    throw new Error('messages of gateways may have been kept by now that the previous schema cannot hold');
  }
}
