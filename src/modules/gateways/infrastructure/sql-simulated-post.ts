import { assert } from '../../../shared/assert.js';
import type { Sql } from '../../../platform/database/sql.js';
import type { Callback } from '../domain/bank-gateway.js';
import { type SimulatedEvent, SimulatedPost } from '../domain/simulated-post.js';
import { RETURN_REASON } from './bank-simulator.js';
import { signedCallback } from './simulated-callbacks.js';

interface DueRow {
  readonly id: string;
  readonly reference: string;
  readonly event: SimulatedEvent;
  readonly amount_paise: string;
  readonly utr: string | null;
  readonly failure_code: string | null;
  readonly secret: string;
}

const CLAIM = `
  WITH due AS (
    SELECT id FROM bank_simulator.callbacks
    WHERE delivered_at IS NULL AND due_at <= now() AND coalesce(claimed_until <= now(), true)
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE bank_simulator.callbacks c SET claimed_until = now() + interval '10 seconds'
    FROM due WHERE c.id = due.id RETURNING c.id, c.reference, c.event, c.due_at
  )
  SELECT c.id, c.reference, c.event, t.amount_paise, t.utr, t.failure_code, s.secret
  FROM claimed c JOIN bank_simulator.transfers t ON t.reference = c.reference
  CROSS JOIN bank_simulator.callback_secret s ORDER BY c.due_at, c.id`;

/** What the simulated bank has written down that it will tell. Told twice, an event has the same id. */
export class SqlSimulatedPost extends SimulatedPost {
  override readonly gateway = 'bank-simulator';

  constructor(private readonly sql: Sql) {
    super();
  }

  override async due(limit: number): Promise<{ id: string; callback: Callback }[]> {
    const rows = await this.sql.query<DueRow>(CLAIM, [limit]);
    return rows.map((row) => ({ id: row.id, callback: callbackOf(row) }));
  }

  override async delivered(id: string): Promise<void> {
    const rows = await this.sql.query(
      'UPDATE bank_simulator.callbacks SET delivered_at = now() WHERE id = $1 RETURNING id',
      [id],
    );
    assert(rows.length === 1, 'post does not vanish');
  }

  override async write(reference: string, event: SimulatedEvent): Promise<Callback | null> {
    const [row] = await this.sql.query<Omit<DueRow, 'id' | 'event'>>(
      `SELECT t.reference, t.amount_paise, t.utr, t.failure_code, s.secret
       FROM bank_simulator.transfers t CROSS JOIN bank_simulator.callback_secret s WHERE t.reference = $1`,
      [reference],
    );
    return row === undefined ? null : callbackOf({ ...row, event });
  }
}

function callbackOf({ reference, event, amount_paise, utr, failure_code, secret }: Omit<DueRow, 'id'>): Callback {
  const message = {
    event_id: `${reference}.${event}`,
    event,
    reference,
    amount_paise,
    utr,
    failure_code: event === 'returned' ? RETURN_REASON : failure_code,
  };
  return signedCallback(message, secret, new Date());
}
