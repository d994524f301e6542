import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `GET /refunds` across payments and merchants. */
export class ListRefunds1700000001910 implements MigrationInterface {
  readonly name = 'ListRefunds1700000001910';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Operators look for what is open or has failed, of all merchants: a few among many that succeeded.
      CREATE INDEX refunds_not_succeeded ON refunds (status, id) WHERE status <> 'succeeded';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX refunds_not_succeeded');
  }
}
