import { Injectable, Logger } from '@nestjs/common';
import { sqlStateOf } from '../database/errors/sql-state.js';
import { NodeUnreachable, onEveryShard } from '../database/shards/every-shard.js';
import { type SearchedTable, type SqlTemplate, table, template, textOf } from '../database/statements/sql-template.js';
import { StatusDatabase } from '../database/connections/status-database.js';
import type { Sql } from '../database/statements/sql.js';
import { isUnreachable } from '../database/errors/unreachable.js';
import { grouped } from '../../shared/grouped.js';
import { SingleFlight } from '../waiting/single-flight.js';
import { MetricsSettings } from './metrics.settings.js';
import { forget, type Gauge, Metrics, type Named } from './metrics.js';

/**
 * A gauge whose values are in the database. Every process reports the same values: show their maximum, not their sum.
 */
export interface DatabaseGauge extends Named<string> {
  /**
   * Selects `value`, a number, and, if there are labels, `labels`, a jsonb object. Must use an index and return few
   * rows. A template is about tables that may be spread over shards: it is read on each, and values with the same
   * labels are added up.
   */
  readonly sql: string | SqlTemplate;
  /**
   * Selects `name`; all names together are the first parameter of `sql`, a text[]. For what a shard cannot read because
   * it is elsewhere.
   */
  readonly names?: string;
}

/**
 * The most rows that one gauge reads, which takes a tenth of a second. Beyond this it is enough to know that there are
 * more.
 */
export const MOST_COUNTED = 100_000;

/** @param from `payouts WHERE …` */
export const countOf = (from: string): string =>
  `(SELECT count(*) FROM (SELECT FROM ${from} LIMIT ${MOST_COUNTED}) AS counted)`;

/** As `countOf`, for a table that may be spread over shards. */
export const countIn = (name: SearchedTable, where: string): SqlTemplate =>
  template`(SELECT count(*) FROM (SELECT FROM ${table(name)} WHERE ${where} LIMIT ${MOST_COUNTED}) AS counted)`;

/** The server cancels a statement that takes longer, and the scrape leaves this gauge out. */
const STATEMENT_TIMEOUT_MS = 1_000;
const CANCELLED = '57014';

/** Enough for a few gauges that take their full second; Prometheus gives up a scrape after ten seconds. */
const READ_ALL_MS = 6_000;

/** If the database has not answered at all by then, no gauge is read in this run. */
const REACHABLE_MS = 1_500;

/** With outdated statistics the planner would read whole tables. */
const BY_INDEX = `SELECT set_config('enable_seqscan', 'off', true)`;

interface Row {
  readonly labels: Record<string, string>;
  readonly value: number;
}

interface QueriedGauge {
  readonly name: string;
  readonly gauge: Gauge;
  readonly sql: string | SqlTemplate;
  readonly names: string | undefined;
  /** How long the last read took. */
  tookMs: number;
  /** The last run in which it was read. */
  run: number;
  /** Why it could not be read. Logged once, and again only after it was read in between. */
  missingFor: string | null;
}

/**
 * The gauges of the database. Each is read by its own statement, and no more often than the settings say, however often
 * the metrics are scraped. A gauge that cannot be read in time is left out, and read last in the next run: no value is
 * better than an old one, which would look as if nothing had happened. The number of gauges left out is a gauge too,
 * for alarms that would otherwise never fire.
 */
@Injectable()
export class DatabaseGauges {
  private readonly logger = new Logger('metrics');
  private readonly queried: QueriedGauge[] = [];
  private readonly missing: Gauge;
  private run = 0;
  private readAt = -Infinity;
  private readonly reachable = new SingleFlight(REACHABLE_MS, () => this.database.query('SELECT 1'));
  private readonly reading = new SingleFlight(READ_ALL_MS, () => this.readAll());

  constructor(
    private readonly metrics: Metrics,
    private readonly database: StatusDatabase,
    private readonly settings: MetricsSettings,
  ) {
    this.missing = metrics.gauge({
      name: 'bahi_figures_missing',
      help: 'Metrics that are missing here, because they could not be read from the database.',
    });
    metrics.beforeScrape(() => this.refresh());
  }

  add(...added: readonly DatabaseGauge[]): void {
    for (const { sql, names, ...named } of added) {
      const labels = named.labelNames === undefined ? `'{}'::jsonb AS labels` : 'labels';
      this.queried.push({
        name: named.name,
        gauge: this.metrics.gauge(named),
        sql:
          typeof sql === 'string'
            ? `SELECT ${labels}, value::float8 FROM (${sql}) AS gauge`
            : template`SELECT ${labels}, value::float8 FROM (${sql}) AS gauge`,
        names,
        tookMs: 0,
        run: 0,
        missingFor: null,
      });
    }
  }

  private async refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.readAt < this.settings.everySeconds * 1_000) return;
    this.readAt = now;
    if ((await this.reachable.value()) === null) this.run++;
    else await this.reading.value();
    const missing = this.queried.filter(({ run }) => run !== this.run);
    for (const { gauge } of missing) forget(gauge);
    this.missing.set(missing.length);
  }

  private async readAll(): Promise<void> {
    const run = ++this.run;
    for (const queried of this.queried.toSorted((a, b) => a.tookMs - b.tookMs)) {
      const start = performance.now();
      const rows = await this.read(queried).catch((error: unknown) => {
        const isServerGone = isUnreachable(error) && !(error instanceof NodeUnreachable);
        if (isServerGone && sqlStateOf(error) !== CANCELLED) throw error;
        // It is slow or wrong, or its node is down; this says nothing about the other gauges.
        this.isMissing(queried, error);
        return null;
      });
      queried.tookMs = performance.now() - start;
      forget(queried.gauge);
      if (rows === null) continue;
      for (const { labels, value } of rows) queried.gauge.set(labels, value);
      queried.run = run;
      queried.missingFor = null;
    }
  }

  private isMissing(queried: QueriedGauge, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== queried.missingFor)
      this.logger.warn(`${queried.name} is missing in /metrics, because it could not be read: ${reason}`);
    queried.missingFor = reason;
  }

  private read({ sql: statement, names }: QueriedGauge): Promise<Row[]> {
    const work = async (sql: Sql): Promise<Row[]> => {
      const named = names === undefined ? [] : await sql.query<{ name: string }>(names);
      const values = names === undefined ? [] : [named.map(({ name }) => name)];
      if (typeof statement !== 'string' && this.database.placement.distributed)
        return addedUp(await onEveryShard<Row>(sql, statement, values, { whole: true }));
      await sql.query(BY_INDEX);
      return sql.query<Row>(typeof statement === 'string' ? statement : textOf(statement), values);
    };
    return this.database.transaction(work, 'READ ONLY', STATEMENT_TIMEOUT_MS);
  }
}

function addedUp(rows: readonly Row[]): Row[] {
  const ofLabels = grouped(rows, ({ labels }) => JSON.stringify(labels));
  return [...ofLabels.values()].map((same) => ({
    labels: same[0]!.labels,
    value: same.reduce((sum, { value }) => sum + value, 0),
  }));
}
