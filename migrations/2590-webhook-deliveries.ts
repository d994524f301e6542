import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * From events to endpoints: how far each endpoint has come, what is being delivered, and the result of each attempt.
 */
export class WebhookDeliveries1700000002590 implements MigrationInterface {
  readonly name = 'WebhookDeliveries1700000002590';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The last event of the merchant that the endpoint was given, or did not want.
      CREATE TABLE webhook_cursors (
        merchant_id uuid   NOT NULL,
        endpoint_id uuid   NOT NULL,
        sequence    bigint NOT NULL,
        CONSTRAINT webhook_cursors_pkey PRIMARY KEY (merchant_id, endpoint_id)
      );
      CREATE INDEX webhook_cursors_endpoint ON webhook_cursors (endpoint_id);

      CREATE TABLE webhook_deliveries (
        merchant_id     uuid        NOT NULL,
        id              uuid        NOT NULL,
        endpoint_id     uuid        NOT NULL,
        -- Whose endpoint it is: the merchant, or zeros.
        owner_id        uuid        NOT NULL,
        event_id        uuid        NOT NULL,
        event_type      text        NOT NULL,
        sequence        bigint      NOT NULL,
        body            text        NOT NULL,
        status          text        NOT NULL
          CONSTRAINT webhook_deliveries_status CHECK (status IN ('pending', 'delivered', 'failed', 'cancelled')),
        attempts        integer     NOT NULL DEFAULT 0,
        -- Since it was planned, or planned anew.
        tries           integer     NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        claimed_until   timestamptz,
        created_at      timestamptz NOT NULL,
        ended_at        timestamptz,
        CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (merchant_id, id),
        CONSTRAINT webhook_deliveries_once UNIQUE (merchant_id, endpoint_id, event_id),
        CONSTRAINT webhook_deliveries_planned CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
        CONSTRAINT webhook_deliveries_ended CHECK ((status = 'pending') = (ended_at IS NULL))
      );
      CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE status = 'pending';
      CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (endpoint_id, merchant_id, sequence)
        WHERE status = 'pending';
      -- For the lists: an owner's, an endpoint's, an event's; and everybody's, which the pruning reads too.
      CREATE INDEX webhook_deliveries_of_owner ON webhook_deliveries (owner_id, status, id);
      CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, status, id);
      CREATE INDEX webhook_deliveries_of_event ON webhook_deliveries (event_id, id);
      CREATE INDEX webhook_deliveries_of_all ON webhook_deliveries (status, id);
      CREATE INDEX webhook_deliveries_id ON webhook_deliveries (id);

      CREATE TABLE webhook_attempts (
        merchant_id  uuid        NOT NULL,
        delivery_id  uuid        NOT NULL,
        number       integer     NOT NULL,
        endpoint_id  uuid        NOT NULL,
        started_at   timestamptz NOT NULL,
        duration_ms  integer     NOT NULL,
        status_code  integer,
        failure      text,
        answer       text,
        is_delivered boolean     NOT NULL,
        CONSTRAINT webhook_attempts_pkey PRIMARY KEY (merchant_id, delivery_id, number),
        CONSTRAINT webhook_attempts_answered CHECK ((status_code IS NULL) = (failure IS NOT NULL))
      );
      CREATE INDEX webhook_attempts_failed ON webhook_attempts (endpoint_id, started_at) WHERE NOT is_delivered;

      SELECT grant_to_service('SELECT, INSERT, UPDATE, DELETE ON webhook_cursors, webhook_deliveries');
      SELECT grant_to_service('SELECT, INSERT, DELETE ON webhook_attempts');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE webhook_attempts, webhook_deliveries, webhook_cursors');
  }
}
