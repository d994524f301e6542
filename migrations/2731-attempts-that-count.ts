import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An attempt that fails through our own fault (our proxy is down, for example) does not count against the endpoint. */
export class AttemptsThatCount1700000002731 implements MigrationInterface {
  readonly name = 'AttemptsThatCount1700000002731';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE webhook_attempts ADD COLUMN is_counted boolean NOT NULL DEFAULT true');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE webhook_attempts DROP COLUMN is_counted');
  }
}
