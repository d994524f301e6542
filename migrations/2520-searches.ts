import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex } from './online.js';

/** The id in the form by which the lists are ordered (list-query.ts): for one merchant or account, and for all. */
const OF_ONE = 'uuid_send(id)';
const OF_ALL = 'substr(uuid_send(id), 1)';

/** Not the plain column: the planner could choose an index that begins with it for finding one row of the merchant. */
const MERCHANT = 'uuid_send(merchant_id)';

const ARCHIVED = '(archived_at IS NOT NULL)';
const WAITS = `WHERE next_step = 'submit' AND waiting_for IS NOT NULL`;

const waiting = (table: string): Record<string, string> => ({
  [`${table}_listed_waiting`]: `${table} (${MERCHANT}, waiting_for, ${OF_ONE}) ${WAITS}`,
  [`${table}_listed_waiting_of_all`]: `${table} (waiting_for, ${OF_ALL}) ${WAITS}`,
});

/**
 * For the lists: whatever the filters, a page is read from an index that begins with the filtered columns and ends with
 * the id. An index also contains columns that a list may not filter by, so that one index serves several filters: such
 * a list reads one range of the index for each of the few values.
 */
const INDEXES: Readonly<Record<string, string>> = {
  payouts_listed: `payouts (${MERCHANT}, status, needs_attention, ${ARCHIVED}, ${OF_ONE})`,
  payouts_listed_by_account: `payouts (bank_account_id, status, needs_attention, ${ARCHIVED}, ${OF_ONE})`,
  payouts_listed_of_all: `payouts (status, needs_attention, ${ARCHIVED}, ${OF_ALL})`,
  payouts_by_reference: 'payouts (reference_id) WHERE reference_id IS NOT NULL',
  ...waiting('payouts'),

  payments_listed: `payments (${MERCHANT}, ${OF_ONE})`,
  payments_listed_by_status: `payments (${MERCHANT}, status, currency, ${OF_ONE})`,
  payments_listed_of_all: `payments (status, currency, ${OF_ALL})`,
  payments_listed_attention: `payments (${MERCHANT}, ${OF_ONE}) WHERE needs_attention`,
  payments_listed_attention_of_all: `payments (${OF_ALL}) WHERE needs_attention`,
  payments_by_reference: 'payments (reference_id) WHERE reference_id IS NOT NULL',
  ...waiting('payments'),

  refunds_listed: `refunds (${MERCHANT}, status, needs_attention, ${OF_ONE})`,
  refunds_listed_of_all: `refunds (status, needs_attention, ${OF_ALL})`,
  ...waiting('refunds'),
};

/** The number of statuses. The planner would assume a single one if its sample of the table contained no other. */
const STATUSES = { payouts: 6, payments: 6, refunds: 3 };

export class Searches1700000002520 implements MigrationInterface {
  readonly name = 'Searches1700000002520';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const [table, count] of Object.entries(STATUSES))
      await db.query(`ALTER TABLE ${table} ALTER COLUMN status SET (n_distinct = ${count})`);
    for (const [name, columns] of Object.entries(INDEXES))
      await createIndex(db, `CREATE INDEX CONCURRENTLY ${name} ON ${columns}`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of Object.keys(STATUSES))
      await db.query(`ALTER TABLE ${table} ALTER COLUMN status RESET (n_distinct)`);
    await db.query(`DROP INDEX ${Object.keys(INDEXES).join(', ')}`);
  }
}
