import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where events are sent. The operators' own endpoints are stored under a merchant id of zeros, which no merchant has.
 */
export class WebhookEndpoints1700000002580 implements MigrationInterface {
  readonly name = 'WebhookEndpoints1700000002580';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE webhook_endpoints (
        merchant_id           uuid        NOT NULL,
        id                    uuid        NOT NULL,
        url                   text        NOT NULL CONSTRAINT webhook_endpoints_url CHECK (length(url) BETWEEN 1 AND 2048),
        event_types           text[],
        description           text,
        is_active             boolean     NOT NULL,
        -- AES-256-GCM: v1.<key id>.<IV, tag and ciphertext in base64url>
        secret                text        NOT NULL CONSTRAINT webhook_endpoints_secret CHECK (secret LIKE 'v1.%.%'),
        previous_secret       text        CONSTRAINT webhook_endpoints_previous_secret CHECK (previous_secret LIKE 'v1.%.%'),
        previous_secret_until timestamptz,
        created_at            timestamptz NOT NULL,
        updated_at            timestamptz NOT NULL,
        is_ordered            boolean     NOT NULL DEFAULT false,
        turned_off            text CONSTRAINT webhook_endpoints_turned_off CHECK (turned_off IN ('gone', 'failing')),
        failing_since         timestamptz,
        paused_since          timestamptz,
        CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (merchant_id, id),
        CONSTRAINT webhook_endpoints_types CHECK (cardinality(event_types) > 0),
        CONSTRAINT webhook_endpoints_previous CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
      );
      -- Operators name an endpoint by its id alone, and list those of everybody.
      CREATE INDEX webhook_endpoints_id ON webhook_endpoints (id);
      SELECT grant_to_service('SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE webhook_endpoints');
  }
}
