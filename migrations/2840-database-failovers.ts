import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasConstraint, validateConstraint } from './online.js';

const TABLES = ['payouts', 'payments', 'refunds'];

/**
 * Promotions of a replica, as recorded by the first connection to it. After a promotion whose commits had not waited
 * for a replica nothing is submitted until somebody resumes, and orders say so in `waiting_for`. The previous version
 * keeps reading and writing; it is not stopped.
 */
export class DatabaseFailovers1700000002840 implements MigrationInterface {
  readonly name = 'DatabaseFailovers1700000002840';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE IF NOT EXISTS database_failovers (
        system_identifier text        NOT NULL,
        timeline          bigint      NOT NULL,
        from_timeline     bigint      NOT NULL,
        -- Whether each commit before it had waited for a replica, as was last known.
        was_synchronous   boolean     NOT NULL,
        seen_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Null: it stops submissions, unless it was synchronous.
        resumed_at        timestamptz,
        resumed_by        text,
        resumed_because   text,
        CONSTRAINT database_failovers_pkey PRIMARY KEY (system_identifier, timeline),
        CONSTRAINT database_failovers_goes_up CHECK (timeline > from_timeline),
        CONSTRAINT database_failovers_resumed CHECK (num_nulls(resumed_at, resumed_by, resumed_because) IN (0, 3))
      );
      SELECT grant_to_service('SELECT, INSERT ON database_failovers');
      SELECT grant_to_service('UPDATE (resumed_at, resumed_by, resumed_because) ON database_failovers');
    `);
    for (const table of TABLES) {
      const constraint = `${table}_waits_for_known`;
      if (!(await hasConstraint(db, table, constraint)))
        await db.query(`
          ALTER TABLE ${table} ADD CONSTRAINT ${constraint} CHECK (waiting_for IN ('merchant_inactive',
            'bank_account_inactive', 'gateway_paused', 'gateway_unavailable', 'no_gateway', 'database_failover')) NOT VALID`);
      await validateConstraint(db, table, constraint);
      await db.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${table}_waiting_for_known`);
    }
  }

  async down(): Promise<void> {
    throw new Error('orders may wait for a failover; there is no way back');
  }
}
