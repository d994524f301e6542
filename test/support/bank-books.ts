import type { Callback } from '../../src/modules/gateways/gateways.language.js';
import type { SimulatedEvent } from '../../src/modules/simulators/domain/simulated-webhooks.js';
import {
  signedCallback,
  type SimulatedMessage,
} from '../../src/modules/simulators/infrastructure/bank-webhook-message.js';
import type { SqlSession } from './sql-session.js';

/** What the simulated bank recorded, in its own schema. Bahi's payout id is its reference. */
export class BankBooks {
  constructor(private readonly psql: SqlSession) {}

  /** How many times the bank received the reference. */
  async submissions(reference: string): Promise<number> {
    const rows = await this.psql.query<{ submissions: number }>(
      'SELECT submissions FROM bank_simulator.transfers WHERE reference = $1',
      [reference],
    );
    return rows[0]?.submissions ?? 0;
  }

  /** The signed callback that the bank would send about a transfer; `change` alters what it says. */
  async callback(
    reference: string,
    event: SimulatedEvent,
    { secret, now = new Date(), ...change }: Partial<SimulatedMessage> & { secret?: string; now?: Date } = {},
  ): Promise<Callback> {
    const [transfer] = await this.psql.query<{ amount_paise: string; utr: string | null }>(
      'SELECT amount_paise, utr FROM bank_simulator.transfers WHERE reference = $1',
      [reference],
    );
    const [settings] = await this.psql.query<{ secret: string }>('SELECT secret FROM bank_simulator.callback_secret');
    const message = {
      event_id: `${reference}.${event}`,
      event,
      reference,
      failure_code: 'bank_account_closed',
      amount_paise: transfer?.amount_paise ?? '100',
      utr: transfer?.utr ?? null,
      ...change,
    };
    return signedCallback(message, secret ?? settings!.secret, now);
  }

  /** How many times money really left for the reference. */
  async timesPaid(reference: string): Promise<number> {
    const rows = await this.psql.query('SELECT FROM bank_simulator.movements WHERE reference = $1', [reference]);
    return rows.length;
  }

  /** References for which money left more than once. There must never be any. */
  async paidTwice(): Promise<string[]> {
    const rows = await this.psql.query<{ reference: string }>(
      'SELECT reference FROM bank_simulator.movements GROUP BY reference HAVING count(*) > 1',
    );
    return rows.map(({ reference }) => reference);
  }
}
