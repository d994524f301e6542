import { assert } from '../../../shared/assert.js';
import type { Sql } from '../../../platform/database/database.public.js';
import { type SimulatedEvent, SimulatedWebhooks } from '../domain/simulated-webhooks.js';
import type { Callback } from '../../gateways/gateways.language.js';

interface DueRow {
  readonly id: string;
  readonly reference: string;
  readonly event: SimulatedEvent;
}

const CLAIM = (schema: string): string => `
  WITH due AS (
    SELECT id FROM ${schema}.callbacks
    WHERE delivered_at IS NULL AND due_at <= now() AND coalesce(claimed_until <= now(), true)
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE ${schema}.callbacks c SET claimed_until = now() + interval '10 seconds'
    FROM due WHERE c.id = due.id RETURNING c.id, c.reference, c.event, c.due_at
  )
  SELECT id, reference, event FROM claimed ORDER BY due_at, id`;

/** The webhooks that a simulator has queued in its own schema. A repeated delivery of an event has the same id. */
export abstract class QueuedWebhooks extends SimulatedWebhooks {
  constructor(
    protected readonly sql: Sql,
    private readonly schema: 'bank_simulator' | 'payment_simulator',
  ) {
    super();
  }

  override async due(limit: number): Promise<{ id: string; callback: Callback }[]> {
    const rows = await this.sql.query<DueRow>(CLAIM(this.schema), [limit]);
    return Promise.all(
      rows.map(async ({ id, reference, event }) => ({ id, callback: await this.composed(reference, event) })),
    );
  }

  override async delivered(id: string): Promise<void> {
    const text = `UPDATE ${this.schema}.callbacks SET delivered_at = now() WHERE id = $1 RETURNING id`;
    assert((await this.sql.query(text, [id])).length === 1, 'a queued webhook does not vanish');
  }

  private async composed(reference: string, event: SimulatedEvent): Promise<Callback> {
    const callback = await this.compose(reference, event);
    assert(callback !== null, 'a simulator queues webhooks only about what it has');
    return callback;
  }
}
