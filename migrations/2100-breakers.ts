import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A breaker's trial belongs to one order for a time, and the calls by which a breaker is judged are counted for all
 * processes together. Only the previous version reads `probing_until`.
 */
export class Breakers1700000002100 implements MigrationInterface {
  readonly name = 'Breakers1700000002100';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The order that tests a breaker whose time is over, and until when nobody else does.
      ALTER TABLE gateway_states ADD COLUMN trial_order uuid, ADD COLUMN trial_until timestamptz,
        -- Submissions that began before say nothing; and who closed it and why, where a person did.
        ADD COLUMN closed_at timestamptz, ADD COLUMN closed_by text, ADD COLUMN closed_reason text;

      -- Figures of the last minute: lost with a crash of the server they are counted anew, so nothing waits for the disk.
      CREATE UNLOGGED TABLE gateway_failures (
        gateway     text        NOT NULL,
        order_id    uuid        NOT NULL,
        merchant_id uuid        NOT NULL,
        -- No answer at all, which is never the order's own fault.
        is_silent   boolean     NOT NULL,
        ended_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (gateway, order_id)
      );
      CREATE UNLOGGED TABLE gateway_answers (
        gateway     text        NOT NULL,
        -- The beginning of the seconds that are counted together.
        since       timestamptz NOT NULL,
        merchant_id uuid        NOT NULL,
        orders      integer     NOT NULL CONSTRAINT gateway_answers_counted CHECK (orders > 0),
        PRIMARY KEY (gateway, since, merchant_id)
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE, DELETE ON gateway_failures, gateway_answers');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE gateway_answers, gateway_failures;
      ALTER TABLE gateway_states DROP COLUMN trial_order, DROP COLUMN trial_until, DROP COLUMN closed_at,
        DROP COLUMN closed_by, DROP COLUMN closed_reason;
    `);
  }
}
