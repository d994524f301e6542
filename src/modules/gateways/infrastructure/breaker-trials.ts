import { Logger } from '@nestjs/common';
import type { OrderToSend, SubmissionResult, TrialLease } from '../domain/availability.js';

/** Each time that it is tried and still does not answer, the breaker stays open twice as long, up to so many times. */
const LONGEST_OPENING = 30;

/** In seconds. */
export function longestOpening(openSeconds: number): number {
  return LONGEST_OPENING * openSeconds;
}

/**
 * So much later than others an order may try that has failed before, or whose merchant's orders were answered without
 * an outcome: whoever's own data brought that about should not keep everybody waiting.
 */
const SUSPECTS_WAIT_SECONDS = 2;

/**
 * SQL: whether a date lies ahead, by so many seconds at most: none is planned for later, and one that is was written while
 * the server's clock was ahead. By the clock at the moment at which the row is looked at: to a statement that waited for
 * it, what the one before it has dated would lie too far ahead.
 */
export function isAhead(date: string, seconds: string): string {
  return `(coalesce(${date} > clock_timestamp(), false) AND ${date} <= clock_timestamp() + ${seconds} * interval '1 second')`;
}

/**
 * $3 and $4: the longest that a breaker is open, and that a trial lasts; $5: the order's merchant. A second decision
 * about the same order has no part in the lease: either of the two may give its own back.
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

/** Whether the lease of $1 to $3 is the one that counts. */
const IS_LEASED = 'gateway = $1 AND trial_order = $2 AND trial_until = $3::timestamptz';

const GIVE_BACK = `
  UPDATE gateway_states SET trial_order = NULL, trial_until = NULL, updated_at = now()
  WHERE ${IS_LEASED}
  RETURNING gateway`;

/**
 * After a trial that has failed. $4: the longest opening, $5: the first one; $6 to $8: the order's merchant, whether it
 * was submitted before, and whether nobody answered. What says nothing new opens it for as long as the last time.
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

/** It is judged anew: what it was judged by is gone with the opening. */
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

/** After a trial that was answered. */
const CLOSE = closing(`closed_by = NULL, closed_reason = NULL WHERE ${IS_LEASED}`);

/** $1: the gateway, $2 and $3: by whom, and why. */
export const CLOSE_BY_HAND = closing('closed_by = $2, closed_reason = $3 WHERE gateway = $1');

/** Changes what all processes know of a gateway. @returns what the statement returned */
type Change = <Row>(statement: string, values: readonly unknown[]) => Promise<Row[]>;

/**
 * The trials of breakers that are half open: one order at a time has one, by a lease in the database that ends by itself.
 * Only whoever has the lease ends it, so that the worker that submits the order does not lose it to one that comes late
 * with the same order.
 */
export class BreakerTrials {
  private readonly logger = new Logger('Gateways');
  /** Leases that are being asked for. */
  private readonly leasing = new Map<string, Promise<unknown>>();

  constructor(
    private readonly change: Change,
    private readonly openSeconds: number,
    /** A submission has ended by then, or its process has. */
    private readonly trialSeconds: number,
  ) {}

  async lease(gateway: string, { id, merchantId }: OrderToSend): Promise<TrialLease | null> {
    // Of the orders of this process the first one asks; the others share the result.
    const earlier = this.leasing.get(gateway);
    if (earlier !== undefined) return earlier.then(() => null);
    const values = [gateway, id, longestOpening(this.openSeconds), this.trialSeconds, merchantId];
    const asked = this.change<{ until: string }>(LEASE, values);
    this.leasing.set(gateway, asked);
    const [leased] = await asked.finally(() => this.leasing.delete(gateway));
    return leased === undefined ? null : { gateway, orderId: id, until: leased.until };
  }

  async giveBack(lease: TrialLease): Promise<void> {
    await this.change(GIVE_BACK, namesOf(lease));
  }

  /** What becomes of the trial closes the breaker or keeps it open. */
  async end(lease: TrialLease, { gateway, merchantId, attempt, result }: SubmissionResult): Promise<void> {
    if (result === 'answered') {
      const closed = await this.change(CLOSE, namesOf(lease));
      if (closed.length > 0) this.logger.log(`${gateway} answers again: its breaker is closed`);
      return;
    }
    const openings = [longestOpening(this.openSeconds), this.openSeconds];
    const about = [merchantId, attempt > 1, result === 'silent'];
    const failed = await this.change(STAY_OPEN, [...namesOf(lease), ...openings, ...about]);
    if (failed.length > 0) this.logger.warn(`${gateway} still does not answer: its breaker is open again`);
  }
}

function namesOf({ gateway, orderId, until }: TrialLease): readonly string[] {
  return [gateway, orderId, until];
}
