import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, hasConstraint } from './online.js';

/**
 * A destination may have one account for each holder's name. The service compares names, under the book's lock; the
 * constraints refuse identical spellings, which only a bug in it could insert.
 */
export class HolderNames1700000002400 implements MigrationInterface {
  readonly name = 'HolderNames1700000002400';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    if (await hasConstraint(db, 'bank_accounts', 'bank_accounts_once_per_holder')) return;
    const unique = 'CREATE UNIQUE INDEX CONCURRENTLY';
    await createIndex(
      db,
      `${unique} bank_accounts_once_per_holder ON bank_accounts (merchant_id, account_number, ifsc, account_holder_name)`,
    );
    await createIndex(
      db,
      `${unique} bank_accounts_vpa_once_per_holder ON bank_accounts (merchant_id, vpa, account_holder_name)`,
    );
    await db.query(`
      ALTER TABLE bank_accounts
        ADD CONSTRAINT bank_accounts_once_per_holder UNIQUE USING INDEX bank_accounts_once_per_holder,
        ADD CONSTRAINT bank_accounts_vpa_once_per_holder UNIQUE USING INDEX bank_accounts_vpa_once_per_holder,
        DROP CONSTRAINT bank_accounts_once_per_merchant,
        DROP CONSTRAINT bank_accounts_vpa_once_per_merchant;
    `);
  }

  async down(): Promise<void> {
    throw new Error('accounts that differ in their holder’s name alone may exist by now; there is no way back');
  }
}
