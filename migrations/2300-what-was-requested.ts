import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A hold knows what was asked for. Nullable: transactions from before have none, and the version before this one writes
 * none while it still serves.
 */
export class WhatWasRequested1700000002300 implements MigrationInterface {
  readonly name = 'WhatWasRequested1700000002300';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE ledger_transactions ADD COLUMN request_digest bytea,
        ADD CONSTRAINT ledger_request_digest_sha256 CHECK (octet_length(request_digest) = 32) NOT VALID;
    `);
  }

  async down(): Promise<void> {
    throw new Error('the ledger is append-only; it has no way back');
  }
}
