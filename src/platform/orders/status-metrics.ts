import type { FactoryProvider } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { BookTable } from '../../shared/book-table.js';
import type { TimelineRow } from '../../shared/submissions/timeline.js';
import { WAITING_FOR } from '../../shared/submissions/waiting.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../group-commit/commit-events.js';
import { template } from '../database/statements/sql-template.js';
import { countIn, type DatabaseGauge, DatabaseGauges } from '../metrics/database-gauges.js';
import { type Counter, Metrics } from '../metrics/metrics.js';

interface Described<Status extends string> {
  /** The name of the orders in the plural, which is also that of their table. */
  readonly orders: string;
  /** The first is the status of new orders. */
  readonly statuses: readonly Status[];
  readonly timeline: BookTable<TimelineRow<Status>>;
  /** What only the database knows: how many are open, how many wait for a person. */
  readonly gauges: readonly DatabaseGauge[];
}

/**
 * Counts orders as they come to a status, in the process that moves them: orders that have ended are too many to be
 * counted in the database.
 */
class StatusMetrics<Status extends string> {
  private readonly reached: Counter<'status'>;

  constructor(
    metrics: Metrics,
    gauges: DatabaseGauges,
    private readonly described: Described<Status>,
  ) {
    const { orders, statuses } = described;
    this.reached = metrics.counter({
      name: `bahi_${orders}_reached_total`,
      help: `How many ${orders} this process moved to each status; new ones count as ${statuses[0]}.`,
      labelNames: ['status'],
    });
    for (const status of statuses) this.reached.inc({ status }, 0);
    gauges.add(...described.gauges);
  }

  @OnEvent(BOOKS_COMMITTED)
  onCommitted(committed: BooksCommitted): void {
    for (const { row } of committed.staged(this.described.timeline))
      if (row.from !== row.to) this.reached.inc({ status: row.to });
  }
}

/** For a module's providers. */
export function statusMetrics<Status extends string>(described: Described<Status>): FactoryProvider {
  return {
    provide: `metrics of ${described.orders}`,
    inject: [Metrics, DatabaseGauges],
    useFactory: (metrics: Metrics, gauges: DatabaseGauges) => new StatusMetrics(metrics, gauges, described),
  };
}

/**
 * How many orders of a table wait, for each thing that they can wait for; each at most 100,000.
 * @param help such as `Payouts whose submission is due`
 */
export function waitingGauge(name: 'payouts' | 'payments' | 'refunds', help: string): DatabaseGauge {
  const all = WAITING_FOR.map((what) => `'${what}'`).join(', ');
  const sql = template`SELECT jsonb_build_object('waiting_for', what) AS labels,
      ${countIn(name, `next_step = 'submit' AND waiting_for = what`)} AS value
    FROM unnest(ARRAY[${all}]) AS what`;
  const labelNames = ['waiting_for'];
  return {
    name: `bahi_${name}_waiting`,
    help: `${help} but has to wait, by what it waits for; each counted up to 100,000.`,
    labelNames,
    sql,
  };
}
