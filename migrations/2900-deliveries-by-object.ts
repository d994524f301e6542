import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './online.js';

/** The most deliveries whose sending may have to wait for one step; each step commits separately. */
const BATCH = 5_000;

/** Rows are processed in the order of their ids, so that each step begins where the previous one ended. */
const NAME_OBJECTS = `
  WITH step AS MATERIALIZED (
      SELECT merchant_id, id, event_id FROM webhook_deliveries WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${BATCH}
    ), named AS (
      UPDATE webhook_deliveries d SET object_id = o.object_id
      FROM step JOIN outbox o ON o.merchant_id = step.merchant_id AND o.id = step.event_id
      WHERE d.merchant_id = step.merchant_id AND d.id = step.id AND d.object_id IS NULL
    )
  SELECT id FROM step ORDER BY id DESC LIMIT 1`;

/** The object that a delivery is about: the payout, payment or refund whose page lists it. */
export class DeliveriesByObject1700000002900 implements MigrationInterface {
  readonly name = 'DeliveriesByObject1700000002900';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS object_id uuid');
    // A claim changes no indexed column: the new version of the row fits on the same page, and the indexes are not
    // written.
    await db.query('ALTER TABLE webhook_deliveries SET (fillfactor = 80)');
    let last: string | null = null;
    do {
      const [step] = (await db.query(NAME_OBJECTS, [last])) as { id: string }[];
      last = step?.id ?? null;
    } while (last !== null);
    await createIndex(
      db,
      'CREATE INDEX CONCURRENTLY webhook_deliveries_of_object ON webhook_deliveries (object_id, id)',
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await dropIndex(db, 'webhook_deliveries_of_object');
    await db.query('ALTER TABLE webhook_deliveries RESET (fillfactor), DROP COLUMN IF EXISTS object_id');
  }
}
