import { setTimeout as after } from 'node:timers/promises';
import { z } from 'zod';
import { assert } from '../../../shared/assert.js';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  type Charge,
  type CommonProviderEnding,
  isProviderFailureCode,
  messageSignedBy,
  paymentFailureOf,
  PaymentGateway,
  type ProviderCallbackEnding,
  type ProviderEnding,
  type ProviderEvent,
  type ProviderInquiryEnding,
  type ProviderReference,
  type ProviderReported,
  type Quote,
  type RefundOrder,
  type UnreadableEvent,
  unrecognizedStatus,
} from '../../gateways/gateways.public.js';
import { silence } from './bank-simulator.js';
import {
  chargeWebhooksOf,
  outcomeOf,
  SIMULATED_CHARGE_EVENTS,
  type SimulatedCharge,
} from '../domain/provider-outcomes.js';
import { DEFAULT_DELAYS, type SimulatedDelays, type SimulatedRates } from '../domain/bank-outcomes.js';
import { type Callback, CURRENCIES } from '../../gateways/gateways.language.js';

/** Rupees for one unit. The rates never change, so that the examples in the documentation stay right. */
const SIMULATED_RATES: Readonly<Record<string, string>> = {
  USD: '83.25',
  EUR: '90.125',
  GBP: '105.5',
  AED: '22.67',
  SGD: '62.4',
  JPY: '0.5541',
  KWD: '271.3575',
};

/** @throws Error for a currency that has no rate */
export function simulatedQuote(currency: string): Quote {
  const rate = SIMULATED_RATES[currency];
  if (rate === undefined) throw new Error(`no rate for ${currency}`);
  return { rate, id: null };
}

export const CHARGE_SIGNATURE_HEADER = 'x-payment-simulator-signature';

const MESSAGE = z.object({
  event_id: z.string(),
  event: z.enum(SIMULATED_CHARGE_EVENTS),
  subject: z.enum(['payment', 'refund']),
  reference: z.string(),
  amount_minor: z.string().regex(/^\d{1,16}$/),
  currency: z.string(),
  provider_id: z.string(),
});
/** The fields that a message must have to be usable. The rest may be undocumented. */
const NAMED = MESSAGE.pick({ event_id: true, subject: true, reference: true }).loose();

export type SimulatedChargeMessage = z.infer<typeof MESSAGE>;

/** What the provider remembers of a reference. */
interface Memory {
  readonly subject: 'payment' | 'refund';
  readonly charge_reference: string | null;
  readonly amount_minor: string;
  readonly currency: string;
  readonly outcome: 'done' | 'rejected' | 'down';
  readonly failure_code: string | null;
  readonly provider_id: string;
  /** By the database's clock, the only one that all processes share. */
  readonly is_settled: boolean;
}

const MEMORY = `subject, charge_reference, amount_minor, currency, outcome, failure_code, provider_id,
  settles_at <= clock_timestamp() AS is_settled`;

/**
 * Accepts a new reference and carries it out in one statement, so that no crash can come between the two. Of
 * simultaneous submissions of one reference one is accepted; the others wait for its commit, and get no row. A refund
 * is rejected if what is left of its charge does not cover it.
 */
const ACCEPT = `
  WITH charge AS (
    SELECT c.amount_minor - coalesce((SELECT sum(r.amount_minor) FROM payment_simulator.orders r
      WHERE r.charge_reference = c.reference AND r.outcome = 'done'), 0) AS left_minor
    FROM payment_simulator.orders c WHERE c.reference = $3 AND c.subject = 'payment' AND c.outcome = 'done'
  ), judged AS (
    SELECT CASE WHEN $2::text = 'refund' AND $8::text = 'done' AND coalesce((SELECT left_minor FROM charge), 0) < $4::bigint
      THEN 'rejected' ELSE $8::text END AS outcome
  ), accepted AS (
    INSERT INTO payment_simulator.orders (reference, subject, charge_reference, amount_minor, currency, rate,
      purpose_code, outcome, failure_code, provider_id, settles_at)
    SELECT $1, $2::text, $3, $4::bigint, $5::text, $6, $7, outcome,
      CASE WHEN outcome = 'rejected' THEN coalesce($9::text, 'refund_not_possible') END,
      CASE $2::text WHEN 'refund' THEN 'rf_sim_' ELSE 'ch_sim_' END || nextval('payment_simulator.provider_ids'),
      statement_timestamp() + $10::integer * interval '1 millisecond'
    FROM judged
    ON CONFLICT (reference) DO NOTHING
    RETURNING *
  ), moved AS (
    INSERT INTO payment_simulator.movements (reference, subject, amount_minor, currency, moved_at)
    SELECT reference, subject, amount_minor, currency, settles_at FROM accepted WHERE outcome = 'done'
  ), queued AS (
    INSERT INTO payment_simulator.callbacks (reference, event, due_at)
    SELECT reference, event, received_at + after_ms * interval '1 millisecond'
    FROM accepted CROSS JOIN unnest($11::text[], $12::integer[]) AS webhook(event, after_ms) WHERE outcome = 'done'
  )
  SELECT ${MEMORY} FROM accepted`;

const COUNT_DUPLICATE = `
  UPDATE payment_simulator.orders SET submissions = submissions + 1 WHERE reference = $1 RETURNING ${MEMORY}`;

const RECALL = `SELECT ${MEMORY} FROM payment_simulator.orders WHERE reference = $1 AND subject = $2`;

interface Order {
  readonly subject: 'payment' | 'refund';
  readonly reference: string;
  readonly chargeReference: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly rate: string | null;
  readonly purposeCode: string | null;
}

/**
 * A payment provider for development and tests that can fail in every way in which providers do; the counterpart of
 * `BankSimulator`. It keeps its own books, in a schema of its own and outside Bahi's transactions.
 */
export class PaymentSimulator extends PaymentGateway {
  override readonly name = 'payment-simulator';
  override readonly capabilities = {
    currencies: CURRENCIES,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: true,
    sendsCallbacks: true,
  };

  constructor(
    private readonly sql: Sql,
    private readonly rates: SimulatedRates,
    private readonly random: () => number = Math.random,
    private readonly delays: SimulatedDelays = DEFAULT_DELAYS,
  ) {
    super();
  }

  override async quote(currency: string): Promise<Quote> {
    return simulatedQuote(currency);
  }

  override charge({ reference, amountMinor, currency, quote, purposeCode }: Charge, signal: AbortSignal) {
    const rate = quote?.rate ?? null;
    const order = { reference, chargeReference: null, amountMinor, currency, rate, purposeCode };
    return this.submit({ subject: 'payment', ...order }, signal);
  }

  override refund({ reference, chargeReference, amountMinor, currency }: RefundOrder, signal: AbortSignal) {
    const order = { reference, chargeReference, amountMinor, currency, rate: null, purposeCode: null };
    return this.submit({ subject: 'refund', ...order }, signal);
  }

  override inquireCharge(of: ProviderReference): Promise<ProviderReported<ProviderInquiryEnding>> {
    return this.recall(of, 'payment');
  }

  override inquireRefund(of: ProviderReference): Promise<ProviderReported<ProviderInquiryEnding>> {
    return this.recall(of, 'refund');
  }

  override async parseCallback(callback: Callback): Promise<(ProviderEvent | UnreadableEvent)[]> {
    const [row] = await this.sql.query<{ secret: string }>('SELECT secret FROM payment_simulator.callback_secret');
    assert(row !== undefined, 'the provider has a secret since it was made');
    const named = NAMED.safeParse(messageSignedBy([row.secret], CHARGE_SIGNATURE_HEADER, callback));
    if (!named.success) return [{ unreadable: 'the body is no message of the simulated payment provider' }];
    const { event_id: id, subject, reference } = named.data;
    const { success, data: message } = MESSAGE.safeParse(named.data);
    const unknown = { amountMinor: null, currency: null, ending: unrecognizedStatus(named.data['event']) };
    if (!success) return [{ id, subject, reference, ...unknown }];
    const { amount_minor, currency } = message;
    return [{ id, subject, reference, amountMinor: BigInt(amount_minor), currency, ending: endingOfMessage(message) }];
  }

  private async submit(order: Order, signal: AbortSignal): Promise<ProviderReported<ProviderEnding>> {
    signal.throwIfAborted();
    const outcome = outcomeOf(order.subject, order.amountMinor, this.rates, this.random);
    if (outcome.verdict === 'never_arrives') return silence(signal);
    const [accepted] = await this.accept(order, outcome);
    if (accepted === undefined) return this.repeat(order);
    if (outcome.verdict === 'done' && outcome.answers === 'never') return silence(signal);
    if (outcome.verdict === 'done' && outcome.answers === 'slowly')
      await after(this.delays.slowAnswerMs, undefined, { signal, ref: false });
    return reported(accepted);
  }

  private accept(order: Order, outcome: Exclude<SimulatedCharge, { verdict: 'never_arrives' }>): Promise<Memory[]> {
    const later = outcome.verdict === 'done' && outcome.settles === 'later';
    const webhooks = chargeWebhooksOf(outcome, this.delays.settlementMs);
    return this.sql.query<Memory>(ACCEPT, [
      order.reference,
      order.subject,
      order.chargeReference,
      order.amountMinor.toString(),
      order.currency,
      order.rate,
      order.purposeCode,
      outcome.verdict,
      outcome.verdict === 'rejected' ? outcome.code : null,
      later ? this.delays.settlementMs : 0,
      webhooks.map(({ event }) => event),
      webhooks.map(({ afterMs }) => afterMs),
    ]);
  }

  private async repeat(order: Order): Promise<ProviderReported<ProviderEnding>> {
    const [memory] = await this.sql.query<Memory>(COUNT_DUPLICATE, [order.reference]);
    assert(memory !== undefined, 'the provider forgets no reference');
    const isSame =
      memory.subject === order.subject &&
      memory.charge_reference === order.chargeReference &&
      BigInt(memory.amount_minor) === order.amountMinor &&
      memory.currency === order.currency;
    return isSame ? reported(memory) : { kind: 'reference_reused' };
  }

  private async recall(
    { reference }: ProviderReference,
    subject: Order['subject'],
  ): Promise<ProviderReported<ProviderInquiryEnding>> {
    const [memory] = await this.sql.query<Memory>(RECALL, [reference, subject]);
    if (memory === undefined) return { kind: 'not_found' };
    return reported(memory);
  }
}

function reported(memory: Memory): ProviderReported<CommonProviderEnding> {
  const { amount_minor, currency } = memory;
  return { ...endingOf(memory), transferred: { amountMinor: BigInt(amount_minor), currency } };
}

function endingOf({ outcome, failure_code, provider_id: providerId, is_settled }: Memory): CommonProviderEnding {
  if (outcome === 'down') return { kind: 'unknown', why: 'the provider answered 503 Service Unavailable' };
  if (outcome === 'rejected') {
    assert(isProviderFailureCode(failure_code), 'what is rejected has a reason');
    return { kind: 'rejected', failure: paymentFailureOf(failure_code) };
  }
  return is_settled ? { kind: 'succeeded', providerId } : { kind: 'pending', code: 'processing' };
}

function endingOfMessage({ event, subject, provider_id: providerId }: SimulatedChargeMessage): ProviderCallbackEnding {
  if (event === 'succeeded') return { kind: 'succeeded', providerId };
  if (event === 'pending') return { kind: 'pending' };
  const failure = paymentFailureOf(subject === 'refund' ? 'refund_not_possible' : 'card_declined');
  return { kind: 'rejected', failure };
}
