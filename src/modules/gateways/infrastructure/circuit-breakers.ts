import { Logger } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import { Availability, type GatewayState } from '../domain/availability.js';
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
  readonly is_open: boolean;
  readonly may_try: boolean;
}

const STATES = `
  SELECT gateway, is_paused, paused_reason, open_until, coalesce(open_until > now(), false) AS is_open,
    open_until <= now() AND NOT is_paused AND coalesce(probing_until <= now(), true) AS may_try
  FROM gateway_states`;

const CLAIM_TRIAL = `
  UPDATE gateway_states SET probing_until = now() + $2::integer * interval '1 second', updated_at = now()
  WHERE gateway = $1 AND open_until <= now() AND coalesce(probing_until <= now(), true)
  RETURNING gateway`;

/** Opens a breaker that is closed, or one whose trial has failed. What another process has opened meanwhile stays. */
const OPEN = `
  INSERT INTO gateway_states AS s (gateway, open_until, openings)
  VALUES ($1, now() + $2::double precision * interval '1 second', 1)
  ON CONFLICT (gateway) DO UPDATE SET
    open_until = now() + least($2::double precision * 2 ^ least(s.openings, 10), $3) * interval '1 second',
    openings = s.openings + 1, probing_until = NULL, updated_at = now()
  WHERE s.open_until IS NULL OR s.open_until <= now()`;

const CLOSE = `
  UPDATE gateway_states SET open_until = NULL, openings = 0, probing_until = NULL, updated_at = now()
  WHERE gateway = $1 AND open_until <= now()`;

const PAUSE = `
  INSERT INTO gateway_states (gateway, is_paused, paused_reason, paused_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (gateway) DO UPDATE SET is_paused = $2, paused_reason = $3, paused_by = $4, updated_at = now()`;

/**
 * Pauses and circuit breakers in the database, so that all processes have the same ones. Each process counts for itself
 * and opens the breaker for all; when its time is over, one process at a time tries with one payout, and what
 * becomes of that closes the breaker or keeps it open.
 */
export class CircuitBreakers extends Availability {
  private readonly logger = new Logger('Gateways');
  private readonly rates = new Map<string, FailureRate>();
  /** Breakers with which this process may try, and the payout that does. */
  private readonly trials = new Map<string, string | null>();
  /** Gateways for which a payout of this process waits. */
  private readonly wanted = new Set<string>();
  private known: ReadonlyMap<string, StateRow> = new Map();
  private knownSince = -Infinity;
  private refreshing: Promise<void> | null = null;

  constructor(
    private readonly sql: Sql,
    /** 0: never. */
    private readonly openSeconds: number,
    /** A trial has ended by then, or its process has. */
    private readonly trialSeconds: number,
  ) {
    super();
  }

  override refresh(): Promise<void> {
    if (performance.now() - this.knownSince < FRESH_MS) return Promise.resolve();
    this.refreshing ??= this.look().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  override admits(gateway: string, id: string): boolean {
    // Asked twice for the same one, when a batch was repeated, the answer is the same.
    const isTrial = this.trials.get(gateway) === id && this.known.get(gateway)?.is_paused !== true;
    if (!isTrial && !this.mightAdmit(gateway)) return false;
    // Of a closed breaker nothing is on trial.
    if (this.trials.has(gateway)) this.trials.set(gateway, id);
    return true;
  }

  override mightAdmit(gateway: string): boolean {
    const state = this.known.get(gateway);
    if (state === undefined) return true;
    if (state.is_paused) return false;
    if (state.open_until === null) return true;
    const trial = this.trials.get(gateway);
    if (trial === undefined) this.wanted.add(gateway);
    return trial === null;
  }

  override async ended(gateway: string, payoutId: string, answered: boolean): Promise<void> {
    if (this.trials.get(gateway) === payoutId) return this.endTrial(gateway, answered);
    // What was on its way when the breaker opened says nothing new: it would open it again, and for longer.
    const isOpen = (this.known.get(gateway)?.open_until ?? null) !== null;
    if (this.openSeconds === 0 || isOpen) return;
    let rate = this.rates.get(gateway);
    if (rate === undefined) this.rates.set(gateway, (rate = new FailureRate(COUNTING)));
    if (rate.record(answered)) await this.open(gateway);
  }

  override async pause(gateway: string, reason: string | null, actor: string): Promise<void> {
    await this.sql.query(PAUSE, [gateway, reason !== null, reason, actor]);
    await this.look();
  }

  override async states(): Promise<GatewayState[]> {
    const rows = await this.sql.query<StateRow>(STATES);
    return rows.map((row) => ({
      gateway: row.gateway,
      isPaused: row.is_paused,
      pausedReason: row.paused_reason,
      breaker: row.open_until === null ? 'closed' : row.is_open ? 'open' : 'half_open',
      openUntil: row.open_until,
    }));
  }

  private async look(): Promise<void> {
    const since = performance.now();
    const rows = await this.sql.query<StateRow>(STATES);
    for (const { gateway, may_try, open_until } of rows) {
      if (open_until === null) this.trials.delete(gateway);
      // Whoever has nothing to try with would withhold the trial from the others.
      if (!may_try || !this.wanted.delete(gateway)) continue;
      const [claimed] = await this.sql.query(CLAIM_TRIAL, [gateway, this.trialSeconds]);
      if (claimed !== undefined) this.trials.set(gateway, null);
    }
    this.known = new Map(rows.map((row) => [row.gateway, row]));
    this.knownSince = since;
  }

  private async endTrial(gateway: string, answered: boolean): Promise<void> {
    this.trials.delete(gateway);
    if (!answered) return this.open(gateway);
    await this.sql.query(CLOSE, [gateway]);
    this.logger.log(`${gateway} answers again: its breaker is closed`);
    await this.look();
  }

  private async open(gateway: string): Promise<void> {
    this.rates.delete(gateway);
    await this.sql.query(OPEN, [gateway, this.openSeconds, LONGEST_OPENING * this.openSeconds]);
    this.logger.warn(`${gateway} does not answer: its breaker is open, and new payouts wait or go elsewhere`);
    await this.look();
  }
}
