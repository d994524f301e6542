import type { MigrationInterface, QueryRunner } from 'typeorm';
import { validateConstraint } from './online.js';

const CONSTRAINTS = {
  ledger_request_digest_sha256: 'ledger_transactions',
  payout_events_hash_sha256: 'payout_events',
  payment_events_hash_sha256: 'payment_events',
  payouts_timeline_hash_sha256: 'payouts',
  payments_timeline_hash_sha256: 'payments',
};

/** Validates what migrations 2300 and 2310 added without reading the existing rows. */
export class Validated1700000002440 implements MigrationInterface {
  readonly name = 'Validated1700000002440';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const [constraint, table] of Object.entries(CONSTRAINTS)) await validateConstraint(db, table, constraint);
  }

  async down(): Promise<void> {
    // A constraint that holds for all rows does no harm to the previous version.
  }
}
