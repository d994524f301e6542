import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A hold stores the digest of what was requested. Nullable: earlier transactions have none, and the previous version
 * writes none while it is still running.
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
