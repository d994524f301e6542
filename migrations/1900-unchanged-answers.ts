import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['payouts', 'payments', 'refunds'];

/** Inquiries that find nothing new are counted and not written to the timeline. */
export class UnchangedAnswers1700000001900 implements MigrationInterface {
  readonly name = 'UnchangedAnswers1700000001900';

  async up(db: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await db.query(`
        ALTER TABLE ${table}
          -- What the last answer in the timeline says, in the form in which answers are compared.
          ADD COLUMN last_answer text,
          -- Inquiries since the last submission that have found nothing new, and when the last of them ended.
          ADD COLUMN unchanged_inquiries integer NOT NULL DEFAULT 0,
          ADD COLUMN last_unchanged_at timestamptz,
          ADD CONSTRAINT ${table}_unchanged_when CHECK ((unchanged_inquiries > 0) = (last_unchanged_at IS NOT NULL))
            NOT VALID;
        SELECT grant_to_service('UPDATE (last_answer, unchanged_inquiries, last_unchanged_at) ON ${table}');
      `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await db.query(`
        ALTER TABLE ${table} DROP COLUMN last_answer, DROP COLUMN unchanged_inquiries, DROP COLUMN last_unchanged_at;
      `);
  }
}
