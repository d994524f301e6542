import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex } from './online.js';

/** For `verify`, which looks for two payments, or two refunds, with the same id at a provider. */
export class ProviderIds1700000002410 implements MigrationInterface {
  readonly name = 'ProviderIds1700000002410';

  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const table of ['payments', 'refunds'])
      await createIndex(
        db,
        `CREATE INDEX CONCURRENTLY ${table}_by_provider_id ON ${table} (provider_id) WHERE provider_id IS NOT NULL`,
      );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX payments_by_provider_id; DROP INDEX refunds_by_provider_id;');
  }
}
