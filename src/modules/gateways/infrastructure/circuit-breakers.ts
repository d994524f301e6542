import { Logger } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import { Availability, type GatewayState, GatewaysNow, type OrderToSend } from '../domain/availability.js';
import { FailureRate } from './failure-rate.js';

/** What this process knows may be so old. */
const FRESH_MS = 1_000;

/** Opens when most of the last submissions had no answer; before there are ten of them, nothing is concluded. */
const COUNTING = { threshold: 0.5, size: 20, minimumCalls: 10 };

/** Each time that it is tried and still does not answer, the breaker stays open twice as long, up to so many times. */
const LONGEST_OPENING = 30;

interface StateRow {
  readonly gateway: string;
  readonly is_paused: boolean;
  readonly paused_reason: string | null;
  readonly open_until: Date | null;
  readonly breaker: GatewayState['breaker'];
  readonly trial_order: string | null;
}

/**
 * $1 and $2: the longest that a breaker is open, and that a trial lasts. What ends later was written while the server's
 * clock was ahead, and has ended.
 */
const STATES = `
  SELECT gateway, is_paused, paused_reason, open_until,
    CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN 'closed'
      WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
      ELSE 'half_open' END AS breaker,
    CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision * interval '1 second'
      THEN trial_order END AS trial_order
  FROM gateway_states`;

/** $3 and $4 as above. */
const LEASE_TRIAL = `
  UPDATE gateway_states
  SET trial_order = $2, trial_until = now() + $4::double precision * interval '1 second', updated_at = now()
  WHERE gateway = $1 AND (open_until <= now() OR open_until > now() + $3::double precision * interval '1 second')
    AND (trial_order = $2 OR trial_until > now() + $4::double precision * interval '1 second'
      OR coalesce(trial_until <= now(), true))
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

/** After a trial that has failed. $3 as above. */
const STAY_OPEN = `
  UPDATE gateway_states SET openings = openings + 1, trial_order = NULL, trial_until = NULL, updated_at = now(),
    open_until = now() + least($4::double precision * 2 ^ least(openings, 10), $3::double precision) * interval '1 second'
  WHERE gateway = $1 AND trial_order = $2
  RETURNING gateway`;

/** After one that was answered. */
const CLOSE = `
  UPDATE gateway_states SET open_until = NULL, openings = 0, trial_order = NULL, trial_until = NULL,
    closed_at = now(), closed_by = NULL, closed_reason = NULL, updated_at = now()
  WHERE gateway = $1 AND trial_order = $2
  RETURNING gateway`;

const CLOSE_BY_HAND = `
  UPDATE gateway_states SET open_until = NULL, openings = 0, trial_order = NULL, trial_until = NULL,
    closed_at = now(), closed_by = $2, closed_reason = $3, updated_at = now()
  WHERE gateway = $1
  RETURNING gateway`;

const PAUSE = `
  INSERT INTO gateway_states (gateway, is_paused, paused_reason, paused_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (gateway) DO UPDATE SET is_paused = $2, paused_reason = $3, paused_by = $4, updated_at = now()`;

/**
 * Pauses and circuit breakers in the database, so that all processes have the same ones. Each process counts for itself
 * and opens the breaker for all; when its time is over, one order at a time tries, and what becomes of that closes the
 * breaker or keeps it open.
 */
export class CircuitBreakers extends Availability {
  private readonly logger = new Logger('Gateways');
  private readonly rates = new Map<string, FailureRate>();
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
  }

  override async now(): Promise<GatewaysNow> {
    if (performance.now() - this.knownSince >= FRESH_MS) {
      this.looking ??= this.look().finally(() => (this.looking = null));
      await this.looking;
    }
    return new GatewaysNow(this.known);
  }

  override async leaseTrial(gateway: string, { id }: OrderToSend): Promise<boolean> {
    // Of the orders of this process the first one asks; the others hear what came of it.
    const earlier = this.leasing.get(gateway);
    if (earlier !== undefined) return earlier.then(() => false);
    const lease = this.change(LEASE_TRIAL, [gateway, id, this.longestOpening, this.trialSeconds]);
    this.leasing.set(gateway, lease);
    return lease.finally(() => this.leasing.delete(gateway));
  }

  override async giveBackTrial(gateway: string, orderId: string): Promise<void> {
    await this.change(GIVE_BACK_TRIAL, [gateway, orderId]);
  }

  override async ended(gateway: string, orderId: string, answered: boolean): Promise<void> {
    const state = this.known.find((known) => known.gateway === gateway);
    if (state?.trialOrder === orderId) return this.endTrial(gateway, orderId, answered);
    // What was on its way when the breaker opened says nothing new.
    if (this.openSeconds === 0 || (state !== undefined && state.breaker !== 'closed')) return;
    let rate = this.rates.get(gateway);
    if (rate === undefined) this.rates.set(gateway, (rate = new FailureRate(COUNTING)));
    if (!rate.record(answered)) return;
    this.rates.delete(gateway);
    if (await this.change(OPEN, [gateway, this.openSeconds]))
      this.logger.warn(`${gateway} does not answer: its breaker is open, and new orders wait or go elsewhere`);
  }

  override async pause(gateway: string, reason: string | null, actor: string): Promise<void> {
    await this.change(PAUSE, [gateway, reason !== null, reason, actor]);
  }

  override async close(gateway: string, reason: string, actor: string): Promise<void> {
    if (await this.change(CLOSE_BY_HAND, [gateway, actor, reason]))
      this.logger.log(`${actor} has closed the breaker of ${gateway}: ${reason}`);
  }

  override async states(): Promise<GatewayState[]> {
    const rows = await this.sql.query<StateRow>(STATES, [this.longestOpening, this.trialSeconds]);
    return rows.map((row) => ({
      gateway: row.gateway,
      isPaused: row.is_paused,
      pausedReason: row.paused_reason,
      breaker: row.breaker,
      openUntil: row.open_until,
      trialOrder: row.trial_order,
    }));
  }

  private async endTrial(gateway: string, orderId: string, answered: boolean): Promise<void> {
    if (answered) {
      const closed = await this.change(CLOSE, [gateway, orderId]);
      if (closed) this.logger.log(`${gateway} answers again: its breaker is closed`);
      return;
    }
    const longest = this.longestOpening;
    const failed = await this.change(STAY_OPEN, [gateway, orderId, longest, this.openSeconds]);
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
    const states = await this.states();
    // Another look may have been faster.
    if (since < this.knownSince) return;
    [this.known, this.knownSince] = [states, since];
  }

  /** In seconds. */
  private get longestOpening(): number {
    return LONGEST_OPENING * this.openSeconds;
  }
}
