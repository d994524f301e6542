import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasConstraint, validateConstraint } from './online.js';

const COLUMNS = ['reads_per_second', 'writes_per_second'];

/**
 * How many requests a second merchants may send, where operators have set that, and what processes without a Redis have
 * counted together. The counts matter for a second only: they are unlogged, and a crash empties them.
 */
export class RateLimits1700000002510 implements MigrationInterface {
  readonly name = 'RateLimits1700000002510';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const column of COLUMNS) {
      const constraint = `merchants_${column}`;
      await db.query(`ALTER TABLE merchants ADD COLUMN IF NOT EXISTS ${column} integer`);
      if (!(await hasConstraint(db, 'merchants', constraint)))
        await db.query(`
          ALTER TABLE merchants ADD CONSTRAINT ${constraint} CHECK (${column} BETWEEN 1 AND 1000000) NOT VALID`);
      await validateConstraint(db, 'merchants', constraint);
    }
    await db.query(`
      CREATE UNLOGGED TABLE IF NOT EXISTS rate_limit_counts (
        subject text        NOT NULL CONSTRAINT rate_limit_counts_pkey PRIMARY KEY,
        points  integer     NOT NULL,
        ends_at timestamptz NOT NULL
      )`);
    await db.query(`SELECT grant_to_service('SELECT, INSERT, UPDATE ON rate_limit_counts')`);
    await db.query(`SELECT grant_to_service('UPDATE (${COLUMNS.join(', ')}) ON merchants')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE rate_limit_counts');
    for (const column of COLUMNS) await db.query(`ALTER TABLE merchants DROP COLUMN ${column}`);
  }
}
