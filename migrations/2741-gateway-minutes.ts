import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How submissions ended and how long they took, counted by gateway and minute. Kept for two hours and unlogged, like
 * the counts by which breakers are judged: after a crash of the server counting starts again.
 */
export class GatewayMinutes1700000002741 implements MigrationInterface {
  readonly name = 'GatewayMinutes1700000002741';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE UNLOGGED TABLE gateway_minutes (
        gateway    text        NOT NULL,
        minute     timestamptz NOT NULL,
        succeeded  integer     NOT NULL,
        pending    integer     NOT NULL,
        rejected   integer     NOT NULL,
        unanswered integer     NOT NULL,
        -- How many took so long, by the steps of last-hour.ts.
        latencies  integer[]   NOT NULL,
        CONSTRAINT gateway_minutes_pkey PRIMARY KEY (gateway, minute)
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE, DELETE ON gateway_minutes');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE gateway_minutes');
  }
}
