import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Findings of `verify` that a person has judged. */
export class Acknowledgements1700000001920 implements MigrationInterface {
  readonly name = 'Acknowledgements1700000001920';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE acknowledgements (
        -- One for what a finding rests on; whatever is added to that is another finding.
        evidence    text        PRIMARY KEY CONSTRAINT acknowledgements_evidence CHECK (evidence ~ '^[0-9a-f]{64}$'),
        id          uuid        NOT NULL CONSTRAINT acknowledgements_id_once UNIQUE,
        -- Null: the finding belongs to no book.
        merchant_id uuid,
        -- Never what is computed from the ledger, the holds or the chain.
        finding     text        NOT NULL CONSTRAINT acknowledgements_to_be_judged
          CHECK (finding IN ('BANK_DISAGREES', 'CALLBACK_REFUSED', 'UNKNOWN_AT_BOOKS', 'UTR_REUSED')),
        detail      text        NOT NULL,
        reason      text        NOT NULL CONSTRAINT acknowledgements_say_why CHECK (length(reason) BETWEEN 1 AND 500),
        actor       text        NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now()
      );
      CREATE TRIGGER acknowledgements_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON acknowledgements
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      SELECT grant_to_service('SELECT, INSERT ON acknowledgements');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE acknowledgements');
  }
}
