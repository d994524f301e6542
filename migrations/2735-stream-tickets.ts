import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tickets, which a browser presents once in place of a key in order to follow events; and the streams that each key has
 * open.
 */
export class StreamTickets1700000002735 implements MigrationInterface {
  readonly name = 'StreamTickets1700000002735';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE key_tickets (
        -- SHA-256: the ticket itself is nowhere.
        ticket_hash bytea       NOT NULL CONSTRAINT key_tickets_pkey PRIMARY KEY,
        key_id      uuid        NOT NULL,
        expires_at  timestamptz NOT NULL
      );
      CREATE INDEX key_tickets_expires_at ON key_tickets (expires_at);

      CREATE TABLE event_streams (
        id        uuid        NOT NULL CONSTRAINT event_streams_pkey PRIMARY KEY,
        key_id    uuid        NOT NULL,
        opened_at timestamptz NOT NULL,
        -- Those of a process that was killed are seen no more.
        seen_at   timestamptz NOT NULL
      ) WITH (fillfactor = 70);
      CREATE INDEX event_streams_of_key ON event_streams (key_id, opened_at);

      SELECT grant_to_service('SELECT, INSERT, DELETE ON key_tickets');
      SELECT grant_to_service('SELECT, INSERT, UPDATE (seen_at), DELETE ON event_streams');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE key_tickets, event_streams');
  }
}
