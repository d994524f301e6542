import { setTimeout as after } from 'node:timers/promises';
import { assert } from '../../../shared/assert.js';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  BankGateway,
  type CallbackEvent,
  EVERY_MODE,
  failureOf,
  type CommonEnding,
  type InquiryEnding,
  isBankFailureCode,
  type OrderPage,
  type OrderPeriod,
  type Reported,
  type SubmissionEnding,
  type Transfer,
  type UnreadableEvent,
} from '../../gateways/gateways.public.js';
import { DEFAULT_DELAYS, drawnOutcome, forcedOutcome, webhooksOf } from '../domain/bank-outcomes.js';
import type { SimulatedDelays, SimulatedOutcome, SimulatedRates } from '../domain/bank-outcomes.js';
import { simulatedEventsFrom } from './bank-webhook-message.js';
import type { Beneficiary, Callback } from '../../gateways/gateways.language.js';

/** What the bank remembers of a reference. */
interface Memory {
  readonly amount_paise: string;
  readonly account_number: string | null;
  readonly ifsc: string | null;
  readonly vpa: string | null;
  readonly outcome: 'paid' | 'rejected' | 'down';
  readonly failure_code: string | null;
  readonly utr: string | null;
  /** By the database's clock, the only one that all processes share. */
  readonly is_settled: boolean;
  readonly has_come_back: boolean;
}

const MEMORY = `amount_paise, account_number, ifsc, vpa, outcome, failure_code, utr,
  settles_at <= clock_timestamp() AS is_settled, coalesce(returns_at <= clock_timestamp(), false) AS has_come_back`;

/**
 * Accepts a new reference and pays it in one statement, so that no crash can come between the two. Of simultaneous
 * submissions of one reference one is accepted; the others wait for its commit, and get no row.
 */
const ACCEPT = `
  WITH accepted AS (
    INSERT INTO bank_simulator.transfers (reference, amount_paise, mode, beneficiary_name, account_number, ifsc,
      vpa, narration, outcome, failure_code, utr, settles_at, returns_at)
    VALUES ($1, $2, $3::text, $4, $5, $6, $12, $7, $8::text, $9,
      CASE WHEN $8::text = 'paid' THEN bank_simulator.next_utr($3::text) END,
      statement_timestamp() + $10::integer * interval '1 millisecond',
      statement_timestamp() + $11::integer * interval '1 millisecond')
    ON CONFLICT (reference) DO NOTHING
    RETURNING *
  ), moved AS (
    INSERT INTO bank_simulator.movements (reference, amount_paise, account_number, ifsc, vpa, utr, paid_at)
    SELECT reference, amount_paise, account_number, ifsc, vpa, utr, settles_at FROM accepted WHERE outcome = 'paid'
  ), queued AS (
    INSERT INTO bank_simulator.callbacks (reference, event, due_at)
    SELECT reference, event, received_at + after_ms * interval '1 millisecond'
    FROM accepted CROSS JOIN unnest($13::text[], $14::integer[]) AS webhook(event, after_ms)
  )
  SELECT ${MEMORY} FROM accepted`;

const COUNT_DUPLICATE = `
  UPDATE bank_simulator.transfers SET submissions = submissions + 1 WHERE reference = $1 RETURNING ${MEMORY}`;

const RECALL = `SELECT ${MEMORY} FROM bank_simulator.transfers WHERE reference = $1`;

const PAGE = 500;

/** To the microsecond, so that the next page begins where this one ends. */
const LIST = `
  SELECT reference, amount_paise, to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS received
  FROM bank_simulator.transfers
  WHERE received_at >= $1 AND received_at < $2 AND (received_at, reference) > ($3::timestamptz, $4)
  ORDER BY received_at, reference LIMIT $5`;

/** Why the simulated money comes back. */
export const RETURN_REASON = 'bank_account_closed';

/**
 * A bank for development and tests that can fail in every way in which banks do. It keeps its own books, in a schema of
 * its own and outside Bahi's transactions, so that a crash of Bahi does not make the bank forget.
 *
 * A slow or lost answer happens to the first submission only; a repeated submission is answered from memory, as real
 * banks do.
 */
export class BankSimulator extends BankGateway {
  override readonly name = 'bank-simulator';
  override readonly capabilities = {
    modes: EVERY_MODE,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: true,
    sendsCallbacks: true,
    canCancel: false,
    canListOrders: true,
    authoritativeList: true,
  };

  constructor(
    private readonly sql: Sql,
    private readonly rates: SimulatedRates,
    private readonly random: () => number = Math.random,
    private readonly delays: SimulatedDelays = DEFAULT_DELAYS,
  ) {
    super();
  }

  override async submit(transfer: Transfer, signal: AbortSignal): Promise<Reported<SubmissionEnding>> {
    signal.throwIfAborted();
    const outcome = forcedOutcome(transfer.beneficiary) ?? drawnOutcome(this.rates, this.random);
    if (outcome.verdict === 'never_arrives') return silence(signal);
    const [accepted] = await this.accept(transfer, outcome);
    if (accepted === undefined) return this.repeat(transfer);
    if (outcome.verdict === 'paid' && outcome.answers === 'never') return silence(signal);
    if (outcome.verdict === 'paid' && outcome.answers === 'slowly') {
      // With `ref: false` the timer does not keep a process alive that is ready to end.
      await after(this.delays.slowAnswerMs, undefined, { signal, ref: false });
    }
    return reported(accepted);
  }

  override async inquire({ reference }: Transfer): Promise<Reported<InquiryEnding>> {
    const [memory] = await this.sql.query<Memory>(RECALL, [reference]);
    return memory === undefined ? { kind: 'not_found' } : reported(memory);
  }

  override async listOrders({ from, to }: OrderPeriod, after: string | null): Promise<OrderPage> {
    const [time, reference] = after === null ? [from.toISOString(), ''] : (after.split(' ') as [string, string]);
    const rows = await this.sql.query<{ reference: string; amount_paise: string; received: string }>(LIST, [
      from,
      to,
      time,
      reference,
      PAGE,
    ]);
    const last = rows.at(-1);
    return {
      orders: rows.map(({ amount_paise, received, ...row }) => {
        return { ...row, amountPaise: BigInt(amount_paise), receivedAt: new Date(received) };
      }),
      next: last === undefined || rows.length < PAGE ? null : `${last.received} ${last.reference}`,
    };
  }

  override async parseCallback(callback: Callback): Promise<(CallbackEvent | UnreadableEvent)[]> {
    const [row] = await this.sql.query<{ secret: string }>('SELECT secret FROM bank_simulator.callback_secret');
    assert(row !== undefined, 'the bank has a secret since it was made');
    return simulatedEventsFrom(callback, row.secret);
  }

  private accept(transfer: Transfer, outcome: Exclude<SimulatedOutcome, { verdict: 'never_arrives' }>) {
    const { reference, amountPaise, mode, beneficiary, narration } = transfer;
    const paid = outcome.verdict === 'paid' ? outcome : null;
    const webhooks = webhooksOf(outcome, this.delays);
    return this.sql.query<Memory>(ACCEPT, [
      reference,
      amountPaise.toString(),
      mode,
      beneficiary.name,
      beneficiary.accountNumber ?? null,
      beneficiary.ifsc ?? null,
      narration,
      outcome.verdict,
      outcome.verdict === 'rejected' ? outcome.code : null,
      paid?.settles === 'later' ? this.delays.settlementMs : 0,
      paid?.comesBack ? this.delays.returnMs : null,
      beneficiary.vpa ?? null,
      webhooks.map(({ event }) => event),
      webhooks.map(({ afterMs }) => afterMs),
    ]);
  }

  private async repeat({ reference, amountPaise, beneficiary }: Transfer): Promise<Reported<SubmissionEnding>> {
    const [memory] = await this.sql.query<Memory>(COUNT_DUPLICATE, [reference]);
    assert(memory !== undefined, 'the bank forgets no reference');
    const isSame = BigInt(memory.amount_paise) === amountPaise && isTo(memory, beneficiary);
    return isSame ? reported(memory) : { kind: 'reference_reused' };
  }
}

function isTo({ account_number, ifsc, vpa }: Memory, beneficiary: Beneficiary): boolean {
  return (
    account_number === (beneficiary.accountNumber ?? null) &&
    ifsc === (beneficiary.ifsc ?? null) &&
    vpa === (beneficiary.vpa ?? null)
  );
}

function reported(memory: Memory): Reported<CommonEnding> {
  const { amount_paise, account_number: accountNumber, vpa } = memory;
  return { ...endingOf(memory), transferred: { amountPaise: BigInt(amount_paise), accountNumber, vpa } };
}

function endingOf({ outcome, failure_code, utr, is_settled, has_come_back }: Memory): CommonEnding {
  if (outcome === 'down') return { kind: 'unknown', why: 'the bank answered 503 Service Unavailable' };
  if (outcome === 'rejected') {
    assert(isBankFailureCode(failure_code), 'what is rejected has a reason');
    return { kind: 'rejected', failure: failureOf(failure_code) };
  }
  if (!is_settled) return { kind: 'pending', code: 'payout_bank_processing' };
  assert(utr !== null, 'what is paid has a UTR');
  return has_come_back ? { kind: 'returned', utr, failure: failureOf(RETURN_REASON) } : { kind: 'succeeded', utr };
}

/** No answer until the call is aborted. It holds only the listener, so it does not keep a process alive either. */
export function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const hangUp = (): void => reject(new Error('the line was cut before the bank answered'));
    if (signal.aborted) hangUp();
    else signal.addEventListener('abort', hangUp, { once: true });
  });
}
