import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, hasConstraint, validateConstraint } from './online.js';

/** The rows that are events; older rows, and those that only the queues get, are not. */
const EVENTS = 'WHERE sequence IS NOT NULL';

const INDEXES = {
  // No number is used twice; this also finds the book's last number, which the next one follows.
  outbox_sequence_unique: `outbox (merchant_id, sequence) ${EVENTS}`,
  // For the lists (list-query.ts): a merchant's, everybody's, and the events of one object.
  outbox_listed: `outbox (uuid_send(merchant_id), type, uuid_send(id)) ${EVENTS}`,
  outbox_listed_of_all: `outbox (type, substr(uuid_send(id), 1)) ${EVENTS}`,
  outbox_by_object: `outbox (object_id, id) ${EVENTS}`,
} as const;

const WHOLE = `(sequence IS NULL) = (object_id IS NULL) AND (sequence IS NULL) = (object IS NULL)
  AND (sequence IS NOT NULL OR previous_status IS NULL)`;

/**
 * Rows of the outbox that merchants are shown are events: they have a number within the book, and their object as the
 * API showed it then. Rows from before, and from an earlier version that is still running, have no number and are not
 * events.
 */
export class Events1700000002570 implements MigrationInterface {
  readonly name = 'Events1700000002570';

  readonly transaction = false;

  /** The service's rights to the table include the columns; they are written with the row and never changed. */
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE outbox
        ADD COLUMN IF NOT EXISTS sequence        bigint,
        ADD COLUMN IF NOT EXISTS object_id       uuid,
        ADD COLUMN IF NOT EXISTS object          text,
        ADD COLUMN IF NOT EXISTS previous_status text`);
    if (!(await hasConstraint(db, 'outbox', 'outbox_event_whole')))
      await db.query(`ALTER TABLE outbox ADD CONSTRAINT outbox_event_whole CHECK (${WHOLE}) NOT VALID`);
    await validateConstraint(db, 'outbox', 'outbox_event_whole');
    // The planner would assume a single type if its sample of the table contained no other.
    await db.query('ALTER TABLE outbox ALTER COLUMN type SET (n_distinct = 20)');
    for (const [name, columns] of Object.entries(INDEXES))
      await createIndex(
        db,
        `CREATE ${name.endsWith('_unique') ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ON ${columns}`,
      );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX IF EXISTS ${Object.keys(INDEXES).join(', ')}`);
    await db.query('ALTER TABLE outbox ALTER COLUMN type RESET (n_distinct)');
    await db.query(`ALTER TABLE outbox DROP COLUMN IF EXISTS sequence, DROP COLUMN IF EXISTS object_id,
      DROP COLUMN IF EXISTS object, DROP COLUMN IF EXISTS previous_status`);
  }
}
