import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { SingleFlight } from '../waiting/single-flight.js';
import { forget, type Gauge, Metrics, type Named } from './metrics.js';

/** A gauge whose values are in the database, the same for every process: show their maximum, not their sum. */
interface DatabaseGauge extends Named<string> {
  /** Selects `value`, a number, and where there are labels `labels`, a jsonb object. By an index, and few rows. */
  readonly sql: string;
}

/** The server breaks off what takes longer, and the scrape goes without. */
const STATEMENT_TIMEOUT_MS = 1_000;
const TIMEOUT_MS = 1_500;

/** On tables whose statistics are of yesterday the planner would rather read them whole. */
const BOUNDS = `SELECT set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', true), set_config('enable_seqscan', 'off', true)`;

interface Row {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/**
 * All figures of the database, read in one statement at each scrape. While it is away or slow they are left out: no
 * figure is better than the last one, which would look as if nothing had happened.
 */
@Injectable()
export class DatabaseGauges {
  private readonly gauges = new Map<string, Gauge>();
  private readonly statements: string[] = [];
  private readonly glance = new SingleFlight(TIMEOUT_MS, () => this.read());

  constructor(
    private readonly metrics: Metrics,
    private readonly database: Database,
  ) {
    metrics.beforeScrape(() => this.refresh());
  }

  add({ sql, ...named }: DatabaseGauge): void {
    this.gauges.set(named.name, this.metrics.gauge(named));
    const labels = named.labelNames === undefined ? `'{}'::jsonb` : 'labels';
    this.statements.push(`SELECT '${named.name}' AS name, ${labels} AS labels, value::float8 FROM (${sql}) AS its`);
  }

  private async refresh(): Promise<void> {
    const rows = await this.glance.value();
    for (const gauge of this.gauges.values()) forget(gauge);
    for (const { name, labels, value } of rows ?? []) this.gauges.get(name)!.set(labels, value);
  }

  private read(): Promise<Row[]> {
    return this.database.transaction(async (sql) => {
      await sql.query(BOUNDS);
      return sql.query<Row>(this.statements.join(' UNION ALL '));
    }, 'READ ONLY');
  }
}
