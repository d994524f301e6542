import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex } from './online.js';

/** `verify` reads callbacks that a person has to judge in slices, the newest first. */
export class CallbacksToJudge1700000002500 implements MigrationInterface {
  readonly name = 'CallbacksToJudge1700000002500';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await createIndex(
      db,
      `CREATE INDEX CONCURRENTLY gateway_callbacks_to_judge ON gateway_callbacks (received_at, gateway, event_id)
         WHERE outcome <> 'taken_in'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX gateway_callbacks_to_judge');
  }
}
