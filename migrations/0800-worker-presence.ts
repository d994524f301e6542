import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row for each running worker, from which every process can tell whether anybody submits payouts to the bank. */
export class WorkerPresence1700000000800 implements MigrationInterface {
  readonly name = 'WorkerPresence1700000000800';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE worker_presence (
        id         uuid        PRIMARY KEY,
        host       text        NOT NULL,
        started_at timestamptz NOT NULL,
        seen_at    timestamptz NOT NULL
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE (seen_at), DELETE ON worker_presence');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE worker_presence');
  }
}
