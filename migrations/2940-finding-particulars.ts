import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a finding of `verify` says in particular, as a code and values: its sentence is English, and stays beside it. */
export class FindingParticulars1700000002940 implements MigrationInterface {
  readonly name = 'FindingParticulars1700000002940';

  async up(db: QueryRunner): Promise<void> {
    // Null: it was found by a version that keeps the sentence alone.
    await db.query('ALTER TABLE verify_findings ADD COLUMN particulars jsonb');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE verify_findings DROP COLUMN particulars');
  }
}
