import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  Availability,
  type GatewayReport,
  type GatewayState,
  GatewaysNow,
  type OrderToSend,
  type SubmissionResult,
  type SubmissionStop,
  type TrialLease,
} from '../domain/availability.js';
import { isDown, JUDGED_SECONDS } from '../domain/breaker-judgement.js';
import { type BreakerSeconds, BreakerTrials, CLOSE_BY_HAND, isAhead, longestOpening } from './breaker-trials.js';
import { SubmissionResults } from './submission-results.js';

/** Knows whether submissions are stopped. */
interface Stops {
  /** At most a second old. */
  now(): Promise<SubmissionStop>;
  refresh(): Promise<SubmissionStop>;
}

/** How old the state that this process knows may be. */
const FRESH_MS = 1_000;

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

/** $1: the longest that a breaker stays open, $2: the longest that a trial lasts, both in seconds. */
const STATES = `
  SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at,
    CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN 'closed'
      WHEN ${isAhead('open_until', '$1::double precision')} THEN 'open'
      ELSE 'half_open' END AS breaker,
    CASE WHEN ${isAhead('trial_until', '$2::double precision')} THEN trial_order END AS trial_order, trial_until
  FROM gateway_states`;

/** Opens a closed breaker. One that another process has opened meanwhile stays as it is. */
const OPEN = `
  INSERT INTO gateway_states AS s (gateway, open_until, openings)
  VALUES ($1, now() + $2::double precision * interval '1 second', 1)
  ON CONFLICT (gateway) DO UPDATE SET open_until = excluded.open_until, openings = 1, updated_at = now()
  WHERE s.open_until IS NULL
  RETURNING gateway`;

const PAUSE = `
  INSERT INTO gateway_states (gateway, is_paused, paused_reason, paused_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (gateway) DO UPDATE SET is_paused = $2, paused_reason = $3, paused_by = $4, updated_at = now()`;

/**
 * Pauses and circuit breakers, kept in the database so that all processes share them. A breaker is judged by the
 * results of all processes together. When its opening is over, one order at a time is sent as a trial, which closes the
 * breaker or opens it again.
 */
export class CircuitBreakers extends Availability implements OnApplicationShutdown {
  private readonly logger = new Logger('Gateways');
  private readonly results: SubmissionResults;
  private readonly trials: BreakerTrials;
  private known: readonly GatewayState[] = [];
  private knownSince = -Infinity;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly sql: Sql,
    private readonly seconds: BreakerSeconds,
    private readonly stops: Stops | null = null,
  ) {
    super();
    this.trials = new BreakerTrials((statement, values) => this.change(statement, values), seconds);
    this.results = new SubmissionResults(sql, (gateway) => this.judge(gateway));
  }

  override async refresh(): Promise<readonly GatewayState[]> {
    await Promise.all([this.look(), this.stops?.refresh()]);
    return this.known;
  }

  override async now(): Promise<GatewaysNow> {
    if (performance.now() - this.knownSince >= FRESH_MS) {
      this.looking ??= this.look().finally(() => (this.looking = null));
      await this.looking;
    }
    return new GatewaysNow(this.known, null, new Set(), await this.stops?.now());
  }

  override leaseTrial(gateway: string, order: OrderToSend): Promise<TrialLease | null> {
    return this.trials.lease(gateway, order);
  }

  override giveBackTrial(lease: TrialLease): Promise<void> {
    return this.trials.giveBack(lease);
  }

  override async ended(result: SubmissionResult): Promise<void> {
    if (result.trial !== null) return this.trials.end(result.trial, result);
    const state = this.known.find(({ gateway }) => gateway === result.gateway);
    // A submission that was on its way when the breaker opened says nothing new.
    if (this.seconds.openSeconds === 0 || (state !== undefined && state.breaker !== 'closed')) return;
    await this.results.note(result);
  }

  override async pause(
    gateway: string,
    { actor, reason }: { readonly actor: string; readonly reason: string | null },
  ): Promise<void> {
    await this.change(PAUSE, [gateway, reason !== null, reason, actor]);
  }

  override async close(
    gateway: string,
    { actor, reason }: { readonly actor: string; readonly reason: string },
  ): Promise<void> {
    if ((await this.change(CLOSE_BY_HAND, [gateway, actor, reason])).length > 0)
      this.logger.log(`${actor} closed the circuit breaker of ${gateway}: ${reason}`);
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
    if (!isDown(spans, merchants)) return;
    if ((await this.change(OPEN, [gateway, this.seconds.openSeconds])).length > 0)
      this.logger.warn(
        `${gateway} does not answer: its circuit breaker is open, and new orders wait or go to another gateway`,
      );
  }

  /** @returns the changed rows, after this process has read the new state */
  private async change<Row>(statement: string, values: readonly unknown[]): Promise<Row[]> {
    const changed = await this.sql.query<Row>(statement, values);
    await this.look();
    return changed;
  }

  private async look(): Promise<void> {
    const since = performance.now();
    const rows = await this.read();
    // A look that began later may have finished first.
    if (since < this.knownSince) return;
    this.known = rows.map(stateOf);
    this.knownSince = since;
  }

  private read(): Promise<StateRow[]> {
    return this.sql.query<StateRow>(STATES, [longestOpening(this.seconds.openSeconds), this.seconds.trialSeconds]);
  }
}

const NO_RESULTS = { orders: 0, failed: 0, silent: 0, merchants: 0 };
const UNKNOWN = {
  isPaused: false,
  pausedReason: null,
  breaker: 'closed',
  openUntil: null,
  trialOrder: null,
  changedAt: null,
} as const;

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
