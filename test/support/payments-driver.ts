import { randomUUID } from 'node:crypto';
import {
  CHARGE_SIGNATURE_HEADER,
  type SimulatedChargeMessage,
} from '../../src/modules/simulators/infrastructure/payment-simulator.js';
import type { PaymentView } from '../../src/modules/payments/application/payment-view.js';
import type { RefundView } from '../../src/modules/payments/application/refund-view.js';
import type { PaymentEventDocument } from '../../src/modules/payments/http/payment-documents.js';
import type { Service } from './local-service.js';
import type { Merchant } from './merchant.js';
import type { Answer } from './client.js';
import { BY_REQUEST, BY_REQUEST_FOR_AN_END, PATIENCE_MS, until } from './wait-for.js';
import type { SqlSession } from './sql-session.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';
import { signedMessage } from '../../src/modules/simulators/infrastructure/signed-message.js';

export interface ChargeOptions {
  readonly currency?: string;
  readonly key?: string;
  readonly [field: string]: unknown;
}

/** A merchant who takes payments. The last two digits of an amount determine what the simulated provider does. */
export class PaymentsDriver {
  constructor(private readonly merchant: Merchant) {}

  at(service: Service): PaymentsDriver {
    return new PaymentsDriver(this.merchant.at(service));
  }

  /** Requests a charge in dollars, unless another currency is given. */
  charge(amount: number, { currency = 'USD', key = randomUUID(), ...fields }: ChargeOptions = {}): Promise<Answer> {
    const purpose = currency === 'INR' ? {} : { purpose_code: 'P0802' };
    return this.merchant.api.post('/payments', { amount, currency, ...purpose, ...fields }, { key });
  }

  /** A payment that was accepted. */
  async aPayment(amount: number, options: ChargeOptions = {}): Promise<PaymentView> {
    const answer = await this.charge(amount, options);
    if (answer.status !== 201) throw new Error(`no payment but ${answer.status}: ${answer.text}`);
    return answer.body as PaymentView;
  }

  /** A payment whose money the merchant has. */
  async aSuccess(amount: number, options: ChargeOptions = {}): Promise<PaymentView> {
    return this.until((await this.aPayment(amount, options)).id, 'succeeded');
  }

  async payment(id: string): Promise<PaymentView> {
    return (await this.merchant.api.get(`/payments/${id}`)).body as PaymentView;
  }

  until(id: string, status: string, withinMs?: number): Promise<PaymentView> {
    const pause = status === 'processing' ? BY_REQUEST : BY_REQUEST_FOR_AN_END;
    return this.paymentThat(`is ${status}`, id, (payment) => payment.status === status, withinMs, pause);
  }

  async paymentThat(
    what: string,
    id: string,
    is: (payment: PaymentView) => boolean,
    withinMs = PATIENCE_MS,
    pause = BY_REQUEST,
  ): Promise<PaymentView> {
    let payment = await this.payment(id);
    const look = async (): Promise<boolean> => is((payment = await this.payment(id)));
    await until(`the payment ${what}`, look, withinMs, pause).catch((cause: unknown) => {
      throw new Error(`the payment is: ${JSON.stringify(payment)}`, { cause });
    });
    return payment;
  }

  refund(paymentId: string, amount?: number, key: string = randomUUID()): Promise<Answer> {
    const body = amount === undefined ? undefined : { amount };
    return this.merchant.api.post(`/payments/${paymentId}/refund`, body, { key });
  }

  /** A refund that was accepted. */
  async aRefund(paymentId: string, amount?: number): Promise<RefundView> {
    const answer = await this.refund(paymentId, amount);
    if (answer.status !== 201) throw new Error(`no refund but ${answer.status}: ${answer.text}`);
    return answer.body as RefundView;
  }

  refundThat(refund: RefundView, status: string, withinMs = PATIENCE_MS): Promise<RefundView> {
    return this.refundUntil(`is ${status}`, refund, (now) => now.status === status, withinMs);
  }

  async refundUntil(
    what: string,
    { id, payment_id }: RefundView,
    is: (refund: RefundView) => boolean,
    withinMs = PATIENCE_MS,
  ): Promise<RefundView> {
    const read = async () => (await this.merchant.api.get(`/payments/${payment_id}/refunds/${id}`)).body as RefundView;
    let refund = await read();
    const look = async (): Promise<boolean> => is((refund = await read()));
    await until(`the refund ${what}`, look, withinMs, BY_REQUEST_FOR_AN_END).catch((cause: unknown) => {
      throw new Error(`the refund is: ${JSON.stringify(refund)}`, { cause });
    });
    return refund;
  }

  async timeline(id: string): Promise<PaymentEventDocument[]> {
    return (await this.merchant.api.get(`/payments/${id}/events`)).body.results as PaymentEventDocument[];
  }

  /** The types of the events that changed something. */
  async story(id: string): Promise<string[]> {
    return (await this.timeline(id)).map(({ type }) => type).filter((type) => !type.endsWith('gateway_answered'));
  }
}

/** What the simulated payment provider recorded, in its own schema. */
export class ProviderBooks {
  constructor(private readonly psql: SqlSession) {}

  /** How many times money really moved for the reference. */
  async timesMoved(reference: string): Promise<number> {
    return (await this.psql.query('SELECT FROM payment_simulator.movements WHERE reference = $1', [reference])).length;
  }

  /** How many times the provider received the reference. */
  async submissions(reference: string): Promise<number> {
    const rows = await this.psql.query<{ submissions: number }>(
      'SELECT submissions FROM payment_simulator.orders WHERE reference = $1',
      [reference],
    );
    return rows[0]?.submissions ?? 0;
  }

  /** The signed callback that the provider would send about an order; `change` alters what it says. */
  async callback(
    reference: string,
    event: 'pending' | 'succeeded' | 'rejected',
    { secret, ...change }: Partial<SimulatedChargeMessage> & { secret?: string } = {},
  ): Promise<Callback> {
    const [order] = await this.psql.query<
      Pick<SimulatedChargeMessage, 'subject' | 'amount_minor' | 'currency' | 'provider_id'>
    >('SELECT subject, amount_minor, currency, provider_id FROM payment_simulator.orders WHERE reference = $1', [
      reference,
    ]);
    const [stored] = await this.psql.query<{ secret: string }>('SELECT secret FROM payment_simulator.callback_secret');
    const about = order ?? { subject: 'payment', amount_minor: '1', currency: 'USD', provider_id: 'ch_sim_0' };
    const message = { event_id: `${reference}.${event}.test`, event, reference, ...about, ...change };
    return signedMessage(message, CHARGE_SIGNATURE_HEADER, secret ?? stored!.secret, new Date());
  }
}
