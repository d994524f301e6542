import { Logger } from '@nestjs/common';
import type { OrderToSend, SubmissionResult, TrialLease } from '../domain/availability.js';

/** Each failed trial doubles the time that the breaker stays open, up to this many times the first opening. */
const LONGEST_OPENING = 30;

/** The longest time that a breaker stays open, in seconds. */
export function longestOpening(openSeconds: number): number {
  return LONGEST_OPENING * openSeconds;
}

/**
 * By how much longer than others an order must wait for the trial if it has failed before, or if its merchant's orders
 * were answered without an outcome: data that makes the gateway fail should not keep everybody waiting.
 */
const SUSPECTS_WAIT_SECONDS = 2;

/**
 * SQL: whether a date lies in the future, by at most this many seconds. No date is planned for later; a later one was
 * written while the server's clock ran ahead, and does not count. The clock is read when the row is: `now()` would be
 * the start of a statement that may have waited for the row, and a date written meanwhile would look too far ahead.
 */
export function isAhead(date: string, seconds: string): string {
  return `(coalesce(${date} > clock_timestamp(), false) AND ${date} <= clock_timestamp() + ${seconds} * interval '1 second')`;
}

export interface BreakerSeconds {
  /** How long a breaker stays open at first. 0: breakers never open. */
  readonly openSeconds: number;
  /** After this time the submission of a trial has ended, or its process has. */
  readonly trialSeconds: number;
}

/**
 * $1: the gateway, $2: the order; $3 and $4: the longest opening and the length of a trial, in seconds; $5: the order's
 * merchant. A second decision about the same order gets no lease, since either of the two may give its lease back.
 */
const LEASE = `
  UPDATE gateway_states s
  SET trial_order = $2, trial_until = clock_timestamp() + $4::double precision * interval '1 second', updated_at = now()
  WHERE gateway = $1 AND open_until IS NOT NULL AND NOT ${isAhead('open_until', '$3::double precision')}
    AND NOT ${isAhead('trial_until', '$4::double precision')}
    AND (open_until NOT BETWEEN now() - interval '${SUSPECTS_WAIT_SECONDS} seconds' AND clock_timestamp() OR NOT EXISTS (
      SELECT FROM gateway_failures f
      WHERE f.gateway = $1 AND (order_id = $2 OR (merchant_id = $5 AND NOT is_silent))))
  RETURNING trial_until::text AS until`;

/** Whether the lease that $1 to $3 name is the current one. */
const IS_LEASED = 'gateway = $1 AND trial_order = $2 AND trial_until = $3::timestamptz';

const GIVE_BACK = `
  UPDATE gateway_states SET trial_order = NULL, trial_until = NULL, updated_at = now()
  WHERE ${IS_LEASED}
  RETURNING gateway`;

/**
 * Opens the breaker again after a failed trial. $4: the longest opening, $5: the first one; $6: the order's merchant,
 * $7: whether the order was submitted before, $8: whether nobody answered. If the order or its merchant has failed
 * before, the failure says nothing new, and the breaker opens for only as long as the last time.
 */
const STAY_OPEN = `
  WITH known AS (
    SELECT $7::boolean OR EXISTS (SELECT FROM gateway_failures f
      WHERE f.gateway = $1 AND (order_id = $2 OR (merchant_id = $6 AND NOT is_silent AND NOT $8))) AS before
  ), tried AS (
    UPDATE gateway_states s
    SET openings = openings + (NOT before)::integer, trial_order = NULL, trial_until = NULL, updated_at = now(),
      open_until = now() + interval '1 second'
        * least($5::double precision * 2 ^ least(openings - before::integer, 10), $4::double precision)
    FROM known WHERE ${IS_LEASED}
    RETURNING gateway
  )
  INSERT INTO gateway_failures (gateway, order_id, merchant_id, is_silent) SELECT gateway, $2, $6, $8 FROM tried
  ON CONFLICT (gateway, order_id) DO UPDATE SET is_silent = excluded.is_silent, ended_at = excluded.ended_at
  RETURNING gateway`;

/** Closes the breaker and deletes the results by which it was judged, so that judging starts again from nothing. */
const closing = (by: string): string => `
  WITH closed AS (
    UPDATE gateway_states SET open_until = NULL, openings = 0, trial_order = NULL, trial_until = NULL,
      closed_at = now(), updated_at = now(), ${by}
    RETURNING gateway
  ), failures AS (
    DELETE FROM gateway_failures f USING closed WHERE f.gateway = closed.gateway
  ), answers AS (
    DELETE FROM gateway_answers a USING closed WHERE a.gateway = closed.gateway
  )
  SELECT gateway FROM closed`;

/** Closes the breaker after a trial that was answered. */
const CLOSE = closing(`closed_by = NULL, closed_reason = NULL WHERE ${IS_LEASED}`);

/** $1: the gateway, $2: the actor, $3: the reason. */
export const CLOSE_BY_HAND = closing('closed_by = $2, closed_reason = $3 WHERE gateway = $1');

/** Changes the state of a gateway for all processes. @returns the rows that the statement returned */
type Change = <Row>(statement: string, values: readonly unknown[]) => Promise<Row[]>;

/**
 * The trials of half-open breakers: one order at a time has the trial, by a lease in the database that ends by itself.
 * Only the holder of the lease can end it earlier, so that the worker that submits the order does not lose the trial to
 * another worker that comes late with the same order.
 */
export class BreakerTrials {
  private readonly logger = new Logger('Gateways');
  /** By gateway: the request for a lease that is under way. */
  private readonly leasing = new Map<string, Promise<unknown>>();

  constructor(
    private readonly change: Change,
    private readonly seconds: BreakerSeconds,
  ) {}

  async lease(gateway: string, { id, merchantId }: OrderToSend): Promise<TrialLease | null> {
    // Only the first order of this process asks. The others wait until the answer is known, and get no lease.
    const earlier = this.leasing.get(gateway);
    if (earlier !== undefined) return earlier.then(() => null);
    const values = [gateway, id, longestOpening(this.seconds.openSeconds), this.seconds.trialSeconds, merchantId];
    const asked = this.change<{ until: string }>(LEASE, values);
    this.leasing.set(gateway, asked);
    const [leased] = await asked.finally(() => this.leasing.delete(gateway));
    return leased === undefined ? null : { gateway, orderId: id, until: leased.until };
  }

  async giveBack(lease: TrialLease): Promise<void> {
    await this.change(GIVE_BACK, namesOf(lease));
  }

  /** Closes the breaker if the trial was answered, and otherwise opens it again. */
  async end(lease: TrialLease, { gateway, merchantId, attempt, result }: SubmissionResult): Promise<void> {
    if (result === 'answered') {
      const closed = await this.change(CLOSE, namesOf(lease));
      if (closed.length > 0) this.logger.log(`${gateway} answers again: its circuit breaker is closed`);
      return;
    }
    const openings = [longestOpening(this.seconds.openSeconds), this.seconds.openSeconds];
    const about = [merchantId, attempt > 1, result === 'silent'];
    const failed = await this.change(STAY_OPEN, [...namesOf(lease), ...openings, ...about]);
    if (failed.length > 0) this.logger.warn(`${gateway} still does not answer: its circuit breaker is open again`);
  }
}

function namesOf({ gateway, orderId, until }: TrialLease): readonly string[] {
  return [gateway, orderId, until];
}
