import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex } from './online.js';

const TABLES = ['payouts', 'payments', 'refunds'];

/**
 * At which gateways an order waits, so that the few that wait for one of them are found among all that wait for others.
 * Orders that the previous version let wait have null: they are offered to every breaker that may be tried, and
 * claiming them writes the column.
 */
export class WaitingAt1700000002460 implements MigrationInterface {
  readonly name = 'WaitingAt1700000002460';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await db.query(`
        -- Names of gateways with blanks between them, the first choice in front.
        ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS waiting_at text;
        SELECT grant_to_service('UPDATE (waiting_at) ON ${table}');
      `);
      await createIndex(
        db,
        `CREATE INDEX CONCURRENTLY ${table}_waiting_at ON ${table} (waiting_at, id)
           WHERE next_step = 'submit' AND waiting_for = 'gateway_unavailable'`,
      );
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of TABLES) await db.query(`ALTER TABLE ${table} DROP COLUMN waiting_at`);
  }
}
