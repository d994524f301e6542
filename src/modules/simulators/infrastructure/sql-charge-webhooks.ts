import type { Sql } from '../../../platform/database/database.public.js';
import type { SimulatedEvent } from '../domain/simulated-webhooks.js';
import { CHARGE_SIGNATURE_HEADER, type SimulatedChargeMessage } from './payment-simulator.js';
import { QueuedWebhooks } from './queued-webhooks.js';
import { SIMULATED_CHARGE_EVENTS } from '../domain/provider-outcomes.js';
import type { Callback } from '../../gateways/gateways.language.js';
import { signedMessage } from './signed-message.js';

type OrderRow = Pick<SimulatedChargeMessage, 'subject' | 'amount_minor' | 'currency' | 'provider_id'> & {
  readonly secret: string;
  /** The provider's clock is that of its database. */
  readonly now: Date;
};

/** The webhooks of the simulated payment provider. */
export class SqlChargeWebhooks extends QueuedWebhooks {
  override readonly gateway = 'payment-simulator';

  constructor(sql: Sql) {
    super(sql, 'payment_simulator');
  }

  override async compose(reference: string, wanted: SimulatedEvent): Promise<Callback | null> {
    const event = SIMULATED_CHARGE_EVENTS.find((candidate) => candidate === wanted);
    const [row] = await this.sql.query<OrderRow>(
      `SELECT o.subject, o.amount_minor, o.currency, o.provider_id, s.secret, clock_timestamp() AS now
       FROM payment_simulator.orders o CROSS JOIN payment_simulator.callback_secret s WHERE o.reference = $1`,
      [reference],
    );
    if (row === undefined || event === undefined) return null;
    const { secret, now, ...about } = row;
    const message: SimulatedChargeMessage = { event_id: `${reference}.${event}`, event, reference, ...about };
    return signedMessage(message, CHARGE_SIGNATURE_HEADER, secret, now);
  }
}
