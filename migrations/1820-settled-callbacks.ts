import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Callbacks that were processed long ago are deleted, the oldest first. */
export class SettledCallbacks1700000001820 implements MigrationInterface {
  readonly name = 'SettledCallbacks1700000001820';

  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `CREATE INDEX gateway_callbacks_settled ON gateway_callbacks (received_at) WHERE outcome = 'taken_in'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX gateway_callbacks_settled');
  }
}
