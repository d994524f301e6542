import { Injectable, Logger } from '@nestjs/common';
import { sqlStateOf } from '../database/database.js';
import { StatusDatabase } from '../database/status-database.js';
import type { Sql } from '../database/sql.js';
import { isUnreachable } from '../database/unreachable.js';
import { SingleFlight } from '../waiting/single-flight.js';
import { MetricsSettings } from './metrics.settings.js';
import { forget, type Gauge, Metrics, type Named } from './metrics.js';

/** A gauge whose values are in the database, the same for every process: show their maximum, not their sum. */
export interface DatabaseGauge extends Named<string> {
  /** Selects `value`, a number, and where there are labels `labels`, a jsonb object. By an index, and few rows. */
  readonly sql: string;
}

/** Rows that one figure reads at most; a tenth of a second's work. Of more it is enough to know that they are more. */
export const MOST_COUNTED = 100_000;

/** @param from `payouts WHERE …` */
export const countOf = (from: string): string =>
  `(SELECT count(*) FROM (SELECT FROM ${from} LIMIT ${MOST_COUNTED}) AS counted)`;

/** The server cancels what takes longer, and the scrape goes without this figure. */
const STATEMENT_TIMEOUT_MS = 1_000;
const CANCELLED = '57014';

/** For some that take their second; Prometheus gives up a scrape after ten. */
const ROUND_MS = 6_000;

/** A database that has answered nothing by then is not asked further in this round. */
const REACHABLE_MS = 1_500;

/** With outdated statistics the planner would prefer to read the tables whole. */
const BY_INDEX = `SELECT set_config('enable_seqscan', 'off', true)`;

interface Row {
  readonly labels: Record<string, string>;
  readonly value: number;
}

interface Figure {
  readonly name: string;
  readonly gauge: Gauge;
  readonly sql: string;
  /** How long it took the last time. */
  tookMs: number;
  /** The round in which it was read last. */
  round: number;
  /** Why it was not; what was said once is not said again until it was read. */
  missingFor: string | null;
}

/**
 * The gauges of the database, each read by a statement of its own, and no more often than the settings say, however often
 * somebody asks. One that cannot be read in time is left out, and read last in the next round: no value is better than an
 * old one, which would look as if nothing had happened. How many are left out is a figure too, for alarms that would
 * otherwise never ring.
 */
@Injectable()
export class DatabaseGauges {
  private readonly logger = new Logger('metrics');
  private readonly figures: Figure[] = [];
  private readonly missing: Gauge;
  private round = 0;
  private readAt = -Infinity;
  private readonly reachable = new SingleFlight(REACHABLE_MS, () => this.database.query('SELECT 1'));
  private readonly rounds = new SingleFlight(ROUND_MS, () => this.readAll());

  constructor(
    private readonly metrics: Metrics,
    private readonly database: StatusDatabase,
    private readonly settings: MetricsSettings,
  ) {
    this.missing = metrics.gauge({
      name: 'bahi_figures_missing',
      help: 'Figures of the database that could not be read when they were asked for last.',
    });
    metrics.beforeScrape(() => this.refresh());
  }

  add(...added: readonly DatabaseGauge[]): void {
    for (const { sql, ...named } of added) {
      const labels = named.labelNames === undefined ? `'{}'::jsonb AS labels` : 'labels';
      const text = `SELECT ${labels}, value::float8 FROM (${sql}) AS gauge`;
      this.figures.push({
        name: named.name,
        gauge: this.metrics.gauge(named),
        sql: text,
        tookMs: 0,
        round: 0,
        missingFor: null,
      });
    }
  }

  private async refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.readAt < this.settings.everySeconds * 1_000) return;
    this.readAt = now;
    if ((await this.reachable.value()) === null) this.round++;
    else await this.rounds.value();
    const missing = this.figures.filter(({ round }) => round !== this.round);
    for (const { gauge } of missing) forget(gauge);
    this.missing.set(missing.length);
  }

  private async readAll(): Promise<void> {
    const round = ++this.round;
    for (const figure of this.figures.toSorted((a, b) => a.tookMs - b.tookMs)) {
      const start = performance.now();
      const rows = await this.read(figure.sql).catch((error: unknown) => {
        if (isUnreachable(error) && sqlStateOf(error) !== CANCELLED) throw error;
        // It is slow, or wrong, and says nothing about the others.
        this.isMissing(figure, error);
        return null;
      });
      figure.tookMs = performance.now() - start;
      forget(figure.gauge);
      if (rows === null) continue;
      for (const { labels, value } of rows) figure.gauge.set(labels, value);
      figure.round = round;
      figure.missingFor = null;
    }
  }

  private isMissing(figure: Figure, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== figure.missingFor) this.logger.warn(`${figure.name} is left out of /metrics: ${reason}`);
    figure.missingFor = reason;
  }

  private read(text: string): Promise<Row[]> {
    const work = async (sql: Sql): Promise<Row[]> => {
      await sql.query(BY_INDEX);
      return sql.query<Row>(text);
    };
    return this.database.transaction(work, 'READ ONLY', STATEMENT_TIMEOUT_MS);
  }
}
