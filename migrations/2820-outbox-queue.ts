import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which events are still to be carried to the queues: a narrow row for each, which is marked and deleted instead of the
 * event's own row, since every change of that adds an entry to all of its indexes.
 *
 * `published_at` is used for rows that the previous release wrote; rows of this release never wait there.
 */
export class OutboxQueue1700000002820 implements MigrationInterface {
  readonly name = 'OutboxQueue1700000002820';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE outbox_queue (
        merchant_id   uuid        NOT NULL,
        id            uuid        NOT NULL,
        -- Taken by a relay that has not carried it yet.
        claimed_until timestamptz,
        -- By id first: the oldest are carried first.
        CONSTRAINT outbox_queue_pkey PRIMARY KEY (id, merchant_id)
      ) WITH (
        -- Room for the claim beside each row.
        fillfactor = 50,
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
        -- To give pages back it would keep everybody out, and they are needed again.
        vacuum_truncate = off
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE (claimed_until), DELETE ON outbox_queue');

      ALTER TABLE outbox ALTER COLUMN published_at SET DEFAULT now();

      CREATE OR REPLACE FUNCTION grant_to_admin() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_admin') THEN
          RETURN;
        END IF;
        GRANT USAGE ON SCHEMA public TO bahi_admin;
        GRANT SELECT ON merchants, live_time, hold_digests, balance_alerts TO bahi_admin;
        -- FOR NO KEY UPDATE asks for the right to UPDATE; a trigger refuses the change itself.
        GRANT SELECT, UPDATE ON books TO bahi_admin;
        GRANT SELECT, INSERT ON ledger_transactions, ledger_entries, api_keys, acknowledgements TO bahi_admin;
        -- An adjustment too may bring a balance below what its merchant wants to be told of.
        GRANT SELECT, INSERT ON outbox TO bahi_admin;
        GRANT INSERT ON outbox_queue TO bahi_admin;
        BEGIN
          EXECUTE format('GRANT CONNECT ON DATABASE %I TO bahi_admin', current_database());
        EXCEPTION WHEN insufficient_privilege THEN
          -- The database belongs to somebody else, who lets in whom they want.
          NULL;
        END;
      END $$;
      SELECT grant_to_admin();
    `);
  }

  async down(): Promise<void> {
    throw new Error('grant_to_admin() names the table; there is no way back');
  }
}
