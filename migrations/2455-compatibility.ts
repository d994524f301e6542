import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which releases may run on this schema, by the number of their last migration. A process that finds migrations that it
 * does not know looks here. A migration that removes something that an earlier release needs raises the number.
 */
export class Compatibility1700000002455 implements MigrationInterface {
  readonly name = 'Compatibility1700000002455';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE schema_compatibility (
        the_only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT schema_compatibility_one_row CHECK (the_only_row),
        -- Releases whose last migration has a lower number must not serve.
        serves_from  integer NOT NULL
      );
      INSERT INTO schema_compatibility (serves_from) VALUES (2455);
      SELECT grant_to_service('SELECT ON schema_compatibility');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE schema_compatibility');
  }
}
