import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events that are committed with their cause and carried to the queues by the relay. */
export class Outbox1700000000600 implements MigrationInterface {
  readonly name = 'Outbox1700000000600';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE outbox (
        merchant_id   uuid        NOT NULL,
        id            uuid        NOT NULL,
        type          text        NOT NULL CONSTRAINT outbox_type_dotted CHECK (type ~ '^[a-z_]+([.][a-z_]+)+$'),
        payload       jsonb       NOT NULL,
        created_at    timestamptz NOT NULL,
        claimed_until timestamptz,
        published_at  timestamptz,
        PRIMARY KEY (merchant_id, id)
      ) WITH (
        -- Each row is changed twice in its first second; the room lets the claim stay in the row's page.
        fillfactor = 70,
        -- The relay's index is walked from its lowest end, where the dead entries are.
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000
      );
      -- What the relay looks for. Published rows leave the index, so that it stays as small as the backlog.
      CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;

      -- Of what was announced, nothing changes but how far it was carried.
      SELECT grant_to_service('SELECT, INSERT, UPDATE (claimed_until, published_at), DELETE ON outbox');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE outbox');
  }
}
