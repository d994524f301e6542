import type { Sql } from '../../../platform/database/database.public.js';
import type { SimulatedEvent } from '../domain/simulated-webhooks.js';
import { RETURN_REASON } from './bank-simulator.js';
import { QueuedWebhooks } from './queued-webhooks.js';
import { signedCallback } from './bank-webhook-message.js';
import type { Callback } from '../../gateways/gateways.language.js';

interface TransferRow {
  readonly amount_paise: string;
  readonly account_number: string | null;
  readonly vpa: string | null;
  readonly utr: string | null;
  readonly failure_code: string | null;
  readonly secret: string;
  /** The bank's clock is that of its database. */
  readonly now: Date;
}

/** The webhooks of the simulated bank. */
export class SqlPayoutWebhooks extends QueuedWebhooks {
  override readonly gateway = 'bank-simulator';

  constructor(sql: Sql) {
    super(sql, 'bank_simulator');
  }

  override async compose(reference: string, event: SimulatedEvent): Promise<Callback | null> {
    const [row] = await this.sql.query<TransferRow>(
      `SELECT t.amount_paise, t.account_number, t.vpa, t.utr, t.failure_code, s.secret, clock_timestamp() AS now
       FROM bank_simulator.transfers t CROSS JOIN bank_simulator.callback_secret s WHERE t.reference = $1`,
      [reference],
    );
    if (row === undefined) return null;
    const { failure_code: rejected, secret, now, ...about } = row;
    const failure_code = event === 'returned' ? RETURN_REASON : rejected;
    const message = { event_id: `${reference}.${event}`, event, reference, ...about, failure_code };
    return signedCallback(message, secret, now);
  }
}
