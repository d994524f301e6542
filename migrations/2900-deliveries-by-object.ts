import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './online.js';

/** What a delivery is about: the payout, payment or refund whose page lists it. */
export class DeliveriesByObject1700000002900 implements MigrationInterface {
  readonly name = 'DeliveriesByObject1700000002900';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS object_id uuid');
    // A claim changes no column of an index: it fits beside the row, and leaves the indexes alone.
    await db.query('ALTER TABLE webhook_deliveries SET (fillfactor = 80)');
    await db.query(`
      UPDATE webhook_deliveries d SET object_id = o.object_id
      FROM outbox o WHERE o.merchant_id = d.merchant_id AND o.id = d.event_id AND d.object_id IS NULL`);
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
