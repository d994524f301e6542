import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { SingleFlight } from '../waiting/single-flight.js';
import { MetricsSettings } from './metrics.settings.js';
import { forget, type Gauge, Metrics, type Named } from './metrics.js';

/** A gauge whose values are in the database, the same for every process: show their maximum, not their sum. */
export interface DatabaseGauge extends Named<string> {
  /** Selects `value`, a number, and where there are labels `labels`, a jsonb object. By an index, and few rows. */
  readonly sql: string;
}

/** The server cancels what takes longer, and the scrape goes without. */
const STATEMENT_TIMEOUT_MS = 1_000;
const TIMEOUT_MS = 1_500;

/** With outdated statistics the planner would prefer to read the tables whole. */
const BOUNDS = `SELECT set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', true), set_config('enable_seqscan', 'off', true)`;

interface Row {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/**
 * All gauges of the database, read in one statement, and no more often than the settings say, however often somebody
 * asks. While it is unreachable or slow they are left out: no value is better than an old one, which would look as if
 * nothing had happened.
 */
@Injectable()
export class DatabaseGauges {
  private readonly gauges = new Map<string, Gauge>();
  private readonly statements: string[] = [];
  private readAt = -Infinity;
  private readonly rows = new SingleFlight(TIMEOUT_MS, () => this.read());

  constructor(
    private readonly metrics: Metrics,
    private readonly database: Database,
    private readonly settings: MetricsSettings,
  ) {
    metrics.beforeScrape(() => this.refresh());
  }

  add(...added: readonly DatabaseGauge[]): void {
    for (const { sql, ...named } of added) {
      this.gauges.set(named.name, this.metrics.gauge(named));
      const labels = named.labelNames === undefined ? `'{}'::jsonb` : 'labels';
      this.statements.push(`SELECT '${named.name}' AS name, ${labels} AS labels, value::float8 FROM (${sql}) AS gauge`);
    }
  }

  private async refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.readAt < this.settings.everySeconds * 1_000) return;
    const values = await this.rows.value();
    this.readAt = values === null ? -Infinity : now;
    for (const gauge of this.gauges.values()) forget(gauge);
    for (const { name, labels, value } of values ?? []) this.gauges.get(name)!.set(labels, value);
  }

  private read(): Promise<Row[]> {
    return this.database.transaction(async (sql) => {
      await sql.query(BOUNDS);
      return sql.query<Row>(this.statements.join(' UNION ALL '));
    }, 'READ ONLY');
  }
}
