import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For `verify`, which looks for two payments, or two refunds, with one id of a provider. */
export class ProviderIds1700000002410 implements MigrationInterface {
  readonly name = 'ProviderIds1700000002410';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX payments_by_provider_id ON payments (provider_id) WHERE provider_id IS NOT NULL;
      CREATE INDEX refunds_by_provider_id ON refunds (provider_id) WHERE provider_id IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX payments_by_provider_id; DROP INDEX refunds_by_provider_id;');
  }
}
