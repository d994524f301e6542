import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  Availability,
  type GatewayReport,
  type GatewayState,
  GatewaysNow,
  type OrderToSend,
  type SubmissionResult,
} from '../domain/availability.js';
import { isAway, JUDGED_SECONDS } from '../domain/breaker-judgement.js';
import { SubmissionResults } from './submission-results.js';

/** What this process knows may be so old. */
const FRESH_MS = 1_000;

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

interface StateRow {
  readonly gateway: string;
  readonly is_paused: boolean;
  readonly paused_reason: string | null;
  readonly open_until: Date | null;
  readonly breaker: GatewayState['breaker'];
  readonly trial_order: string | null;
  readonly trial_until: Date | null;
  readonly closed_by: string | null;
  readonly closed_reason: string | null;
  readonly closed_at: Date | null;
  readonly updated_at: Date;
}

/**
 * $1 and $2: the longest that a breaker is open, and that a trial lasts. What ends later was written while the server's
 * clock was ahead, and has ended.
 */
const STATES = `
  SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at,
    CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN 'closed'
      WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
      ELSE 'half_open' END AS breaker,
    CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision * interval '1 second'
      THEN trial_order END AS trial_order, trial_until
  FROM gateway_states`;

/** $3 and $4 as above; $5: its merchant. */
const LEASE_TRIAL = `
  UPDATE gateway_states s
  SET trial_order = $2, trial_until = now() + $4::double precision * interval '1 second', updated_at = now()
  WHERE gateway = $1 AND (open_until <= now() OR open_until > now() + $3::double precision * interval '1 second')
    AND (trial_order = $2 OR trial_until > now() + $4::double precision * interval '1 second'
      OR coalesce(trial_until <= now(), true))
    AND (open_until NOT BETWEEN now() - interval '${SUSPECTS_WAIT_SECONDS} seconds' AND now() OR NOT EXISTS (
      SELECT FROM gateway_failures f
      WHERE f.gateway = $1 AND (order_id = $2 OR (merchant_id = $5 AND NOT is_silent))))
  RETURNING gateway`;

const GIVE_BACK_TRIAL = `
  UPDATE gateway_states SET trial_order = NULL, trial_until = NULL, updated_at = now()
  WHERE gateway = $1 AND trial_order = $2
  RETURNING gateway`;

/** Opens a breaker that is closed. What another process has opened meanwhile stays. */
const OPEN = `
  INSERT INTO gateway_states AS s (gateway, open_until, openings)
  VALUES ($1, now() + $2::double precision * interval '1 second', 1)
  ON CONFLICT (gateway) DO UPDATE SET open_until = excluded.open_until, openings = 1, updated_at = now()
  WHERE s.open_until IS NULL
  RETURNING gateway`;

/**
 * After a trial that has failed. $3: the longest opening, $4: the first one; $5 to $7: the order's merchant, whether it
 * was submitted before, and whether nobody answered. What says nothing new opens it for as long as the last time.
 */
const STAY_OPEN = `
  WITH known AS (
    SELECT $6::boolean OR EXISTS (SELECT FROM gateway_failures f
      WHERE f.gateway = $1 AND (order_id = $2 OR (merchant_id = $5 AND NOT is_silent AND NOT $7))) AS before
  ), tried AS (
    UPDATE gateway_states s
    SET openings = openings + (NOT before)::integer, trial_order = NULL, trial_until = NULL, updated_at = now(),
      open_until = now() + interval '1 second'
        * least($4::double precision * 2 ^ least(openings - before::integer, 10), $3::double precision)
    FROM known WHERE gateway = $1 AND trial_order = $2
    RETURNING gateway
  )
  INSERT INTO gateway_failures (gateway, order_id, merchant_id, is_silent) SELECT gateway, $2, $5, $7 FROM tried
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
const CLOSE = closing('closed_by = NULL, closed_reason = NULL WHERE gateway = $1 AND trial_order = $2');

const CLOSE_BY_HAND = closing('closed_by = $2, closed_reason = $3 WHERE gateway = $1');

const PAUSE = `
  INSERT INTO gateway_states (gateway, is_paused, paused_reason, paused_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (gateway) DO UPDATE SET is_paused = $2, paused_reason = $3, paused_by = $4, updated_at = now()`;

/**
 * Pauses and circuit breakers in the database, so that all processes have the same ones. What they are judged by is
 * counted for all processes together. When the time of an open breaker is over, one order at a time tries, and what
 * becomes of that closes the breaker or keeps it open.
 */
export class CircuitBreakers extends Availability implements OnApplicationShutdown {
  private readonly logger = new Logger('Gateways');
  private readonly results: SubmissionResults;
  /** Leases of trials that are being asked for. */
  private readonly leasing = new Map<string, Promise<boolean>>();
  private known: readonly GatewayState[] = [];
  private knownSince = -Infinity;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly sql: Sql,
    /** 0: never. */
    private readonly openSeconds: number,
    /** A submission has ended by then, or its process has. */
    private readonly trialSeconds: number,
  ) {
    super();
    this.results = new SubmissionResults(sql, (gateway) => this.judge(gateway));
  }

  override async refresh(): Promise<readonly GatewayState[]> {
    await this.look();
    return this.known;
  }

  override async now(): Promise<GatewaysNow> {
    if (performance.now() - this.knownSince >= FRESH_MS) {
      this.looking ??= this.look().finally(() => (this.looking = null));
      await this.looking;
    }
    return new GatewaysNow(this.known);
  }

  override async leaseTrial(gateway: string, { id, merchantId }: OrderToSend): Promise<boolean> {
    // Of the orders of this process the first one asks; the others hear what came of it.
    const earlier = this.leasing.get(gateway);
    if (earlier !== undefined) return earlier.then(() => false);
    const lease = this.change(LEASE_TRIAL, [
      gateway,
      id,
      longestOpening(this.openSeconds),
      this.trialSeconds,
      merchantId,
    ]);
    this.leasing.set(gateway, lease);
    return lease.finally(() => this.leasing.delete(gateway));
  }

  override async giveBackTrial(gateway: string, orderId: string): Promise<void> {
    await this.change(GIVE_BACK_TRIAL, [gateway, orderId]);
  }

  override async ended(result: SubmissionResult): Promise<void> {
    const state = this.known.find(({ gateway }) => gateway === result.gateway);
    if (state?.trialOrder === result.orderId) return this.endTrial(result);
    // What was on its way when the breaker opened says nothing new.
    if (this.openSeconds === 0 || (state !== undefined && state.breaker !== 'closed')) return;
    await this.results.note(result);
  }

  override async pause(gateway: string, reason: string | null, actor: string): Promise<void> {
    await this.change(PAUSE, [gateway, reason !== null, reason, actor]);
  }

  override async close(gateway: string, reason: string, actor: string): Promise<void> {
    if (await this.change(CLOSE_BY_HAND, [gateway, actor, reason]))
      this.logger.log(`${actor} has closed the breaker of ${gateway}: ${reason}`);
  }

  override async report(): Promise<GatewayReport[]> {
    const [rows, counted] = await Promise.all([this.read(), this.results.count()]);
    const gateways = new Set([...rows, ...counted].map(({ gateway }) => gateway));
    return [...gateways].map((gateway) => {
      const row = rows.find((each) => each.gateway === gateway);
      const span = counted.find((each) => each.gateway === gateway && each.span === JUDGED_SECONDS.late);
      const { orders, failed, silent, merchants } = span ?? NO_RESULTS;
      const state = row === undefined ? { ...UNKNOWN, gateway } : stateOf(row);
      const reported = { trialUntil: row?.trial_until ?? null, closed: closedOf(row) };
      return { ...state, ...reported, results: { orders, failed, silent, merchants } };
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.results.write();
  }

  private async judge(gateway: string): Promise<void> {
    const spans = await this.results.count(gateway);
    const merchants = Math.max(0, ...spans.map((span) => span.merchants));
    if (isAway(spans, merchants) && (await this.change(OPEN, [gateway, this.openSeconds])))
      this.logger.warn(`${gateway} does not answer: its breaker is open, and new orders wait or go elsewhere`);
  }

  private async endTrial({ gateway, orderId, merchantId, attempt, result }: SubmissionResult): Promise<void> {
    if (result === 'answered') {
      const closed = await this.change(CLOSE, [gateway, orderId]);
      if (closed) this.logger.log(`${gateway} answers again: its breaker is closed`);
      return;
    }
    const about = [merchantId, attempt > 1, result === 'silent'];
    const failed = await this.change(STAY_OPEN, [
      gateway,
      orderId,
      longestOpening(this.openSeconds),
      this.openSeconds,
      ...about,
    ]);
    if (failed) this.logger.warn(`${gateway} still does not answer: its breaker is open again`);
  }

  /** @returns whether there was anything to change; what is known is up to date afterwards */
  private async change(statement: string, values: readonly unknown[]): Promise<boolean> {
    const changed = await this.sql.query(statement, values);
    await this.look();
    return changed.length > 0;
  }

  private async look(): Promise<void> {
    const since = performance.now();
    const rows = await this.read();
    // Another look may have been faster.
    if (since < this.knownSince) return;
    [this.known, this.knownSince] = [rows.map(stateOf), since];
  }

  private read(): Promise<StateRow[]> {
    return this.sql.query<StateRow>(STATES, [longestOpening(this.openSeconds), this.trialSeconds]);
  }
}

const NO_RESULTS = { orders: 0, failed: 0, silent: 0, merchants: 0 };
const UNKNOWN = {
  ...({ isPaused: false, pausedReason: null, breaker: 'closed', openUntil: null } as const),
  ...{ trialOrder: null, changedAt: null },
};

function closedOf(row: StateRow | undefined): GatewayReport['closed'] {
  const { closed_by: by = null, closed_reason: reason = null, closed_at: at = null } = row ?? {};
  return by === null || reason === null || at === null ? null : { by, reason, at };
}

function stateOf(row: StateRow): GatewayState {
  return {
    gateway: row.gateway,
    isPaused: row.is_paused,
    pausedReason: row.paused_reason,
    breaker: row.breaker,
    openUntil: row.open_until,
    trialOrder: row.trial_order,
    changedAt: row.updated_at,
  };
}
