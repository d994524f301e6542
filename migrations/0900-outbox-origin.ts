import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events store the request that they go back to. Older events, and events that no request caused, have none. */
export class OutboxOrigin1700000000900 implements MigrationInterface {
  readonly name = 'OutboxOrigin1700000000900';

  /** The service's rights to the table include the column; it is written with the row and never changed. */
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE outbox ADD COLUMN origin jsonb');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE outbox DROP COLUMN origin');
  }
}
