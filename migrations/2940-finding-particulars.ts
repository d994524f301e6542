import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The particulars of a finding of `verify`, as a code and values. Its English sentence is still stored too. */
export class FindingParticulars1700000002940 implements MigrationInterface {
  readonly name = 'FindingParticulars1700000002940';

  async up(db: QueryRunner): Promise<void> {
    // Null: it was found by a version that stores the sentence alone.
    await db.query('ALTER TABLE verify_findings ADD COLUMN particulars jsonb');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE verify_findings DROP COLUMN particulars');
  }
}
