import type { Sql } from '../../../platform/database/database.public.js';
import type { Callback } from '../domain/bank-gateway.js';
import type { SimulatedEvent } from '../domain/simulated-post.js';
import { RETURN_REASON } from './bank-simulator.js';
import { QueuedPost } from './queued-post.js';
import { signedCallback } from './simulated-callbacks.js';

interface TransferRow {
  readonly amount_paise: string;
  readonly utr: string | null;
  readonly failure_code: string | null;
  readonly secret: string;
}

/** What the simulated bank tells by itself. */
export class SqlSimulatedPost extends QueuedPost {
  override readonly gateway = 'bank-simulator';

  constructor(sql: Sql) {
    super(sql, 'bank_simulator');
  }

  override async write(reference: string, event: SimulatedEvent): Promise<Callback | null> {
    const [row] = await this.sql.query<TransferRow>(
      `SELECT t.amount_paise, t.utr, t.failure_code, s.secret
       FROM bank_simulator.transfers t CROSS JOIN bank_simulator.callback_secret s WHERE t.reference = $1`,
      [reference],
    );
    if (row === undefined) return null;
    const { amount_paise, utr, failure_code: rejected, secret } = row;
    const failure_code = event === 'returned' ? RETURN_REASON : rejected;
    const message = { event_id: `${reference}.${event}`, event, reference, amount_paise, utr, failure_code };
    return signedCallback(message, secret, new Date());
  }
}
