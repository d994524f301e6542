import { assert } from '../../../shared/assert.js';
import type { Sql } from '../../../platform/database/sql.js';
import type { Callback } from '../domain/bank-gateway.js';
import { type SimulatedEvent, SimulatedPost } from '../domain/simulated-post.js';
import { CHARGE_SIGNATURE_HEADER, type SimulatedChargeMessage } from './payment-simulator.js';
import { SIMULATED_CHARGE_EVENTS, type SimulatedChargeEvent } from './simulated-charges.js';
import { signedMessage } from './timed-signature.js';

interface DueRow {
  readonly id: string;
  readonly reference: string;
  readonly event: SimulatedChargeEvent;
  readonly subject: 'payment' | 'refund';
  readonly amount_minor: string;
  readonly currency: string;
  readonly provider_id: string;
  readonly secret: string;
}

const CLAIM = `
  WITH due AS (
    SELECT id FROM payment_simulator.callbacks
    WHERE delivered_at IS NULL AND due_at <= now() AND coalesce(claimed_until <= now(), true)
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE payment_simulator.callbacks c SET claimed_until = now() + interval '10 seconds'
    FROM due WHERE c.id = due.id RETURNING c.id, c.reference, c.event, c.due_at
  )
  SELECT c.id, c.reference, c.event, o.subject, o.amount_minor, o.currency, o.provider_id, s.secret
  FROM claimed c JOIN payment_simulator.orders o ON o.reference = c.reference
  CROSS JOIN payment_simulator.callback_secret s ORDER BY c.due_at, c.id`;

/** What the simulated payment provider has written down that it will tell. */
export class SqlSimulatedChargePost extends SimulatedPost {
  override readonly gateway = 'payment-simulator';

  constructor(private readonly sql: Sql) {
    super();
  }

  override async due(limit: number): Promise<{ id: string; callback: Callback }[]> {
    const rows = await this.sql.query<DueRow>(CLAIM, [limit]);
    return rows.map((row) => ({ id: row.id, callback: callbackOf(row) }));
  }

  override async delivered(id: string): Promise<void> {
    const rows = await this.sql.query(
      'UPDATE payment_simulator.callbacks SET delivered_at = now() WHERE id = $1 RETURNING id',
      [id],
    );
    assert(rows.length === 1, 'post does not vanish');
  }

  override async write(reference: string, event: SimulatedEvent): Promise<Callback | null> {
    const known = SIMULATED_CHARGE_EVENTS.find((candidate) => candidate === event);
    const [row] = await this.sql.query<Omit<DueRow, 'id' | 'event'>>(
      `SELECT o.reference, o.subject, o.amount_minor, o.currency, o.provider_id, s.secret
       FROM payment_simulator.orders o CROSS JOIN payment_simulator.callback_secret s WHERE o.reference = $1`,
      [reference],
    );
    return row === undefined || known === undefined ? null : callbackOf({ ...row, event: known });
  }
}

function callbackOf({ secret, ...told }: Omit<DueRow, 'id'>): Callback {
  const { reference, event, subject, amount_minor, currency, provider_id } = told;
  const about = { event, subject, reference, amount_minor, currency, provider_id };
  const message: SimulatedChargeMessage = { event_id: `${reference}.${event}`, ...about };
  return signedMessage(message, CHARGE_SIGNATURE_HEADER, secret, new Date());
}
