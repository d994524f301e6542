import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { Database } from '../database/connections/database.js';
import { Lists } from '../database/reads/lists.js';
import { ClockWatch } from '../clock/clock-watch.js';
import { Books } from '../group-commit/books.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../group-commit/commit-events.js';
import { SingleFlight } from '../waiting/single-flight.js';
import { JobQueues } from '../queue/job-queues.js';
import { template } from '../database/statements/sql-template.js';
import { countIn, DatabaseGauges } from './database-gauges.js';
import { forget, type Histogram, Metrics } from './metrics.js';

/** A batch holds up to 128 writes unless it is configured otherwise. */
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

const DEPTHS_TIMEOUT_MS = 1_500;

/** The parts of the driver's pool that the metrics read. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** The platform's own metrics. They are collected here, so that its areas work without metrics. */
@Injectable()
export class PlatformMetrics {
  private readonly batchSizes: Histogram;

  constructor(
    private readonly metrics: Metrics,
    gauges: DatabaseGauges,
    books: Books,
    queues: JobQueues,
    clocks: ClockWatch,
    database: Database,
    mapper: DataSource,
    lists: Lists,
  ) {
    this.batchSizes = this.metrics.histogram(
      { name: 'bahi_group_commit_batch_writes', help: 'Number of writes in each shared transaction.' },
      BATCH_SIZES,
    );
    this.showWaitingWrites(books);
    this.showQueues(queues);
    this.showClocks(clocks);
    const reads = (mapper.driver as unknown as { master: Pool }).master;
    this.showPools({ statements: database.use, mapper: reads, lists: lists.use });
    gauges.add({
      name: 'bahi_outbox_backlog_events',
      help: 'Committed events that were not carried to a queue yet; counted up to 100,000.',
      sql: template`SELECT ${countIn('outbox_queue', 'true')} AS value`,
    });
    gauges.add({
      name: 'bahi_outbox_lag_seconds',
      help: 'Age of the oldest event that was not carried to a queue yet; 0 if there is none.',
      sql: `SELECT coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - o.created_at))
        FROM outbox_queue q JOIN outbox o USING (merchant_id, id) ORDER BY q.id LIMIT 1), 0) AS value`,
    });
  }

  @OnEvent(BOOKS_COMMITTED)
  onCommitted({ size }: BooksCommitted): void {
    this.batchSizes.observe(size);
  }

  private showWaitingWrites(books: Books): void {
    this.metrics.gauge(
      { name: 'bahi_group_commit_waiting_writes', help: 'Writes that wait in this process to be committed.' },
      (gauge) => gauge.set(books.waitingWrites),
    );
  }

  private showClocks(clocks: ClockWatch): void {
    const gauge = this.metrics.gauge({
      name: 'bahi_clock_skew_seconds',
      help: 'How far the database’s clock is ahead. of="process": of this process’s clock; of="database": of itself, if nobody had set it in the last hour.',
      labelNames: ['of'] as const,
    });
    this.metrics.beforeScrape(() => {
      forget(gauge);
      const { skew } = clocks;
      if (skew !== null) gauge.set({ of: 'process' }, skew.process / 1_000);
      if (skew !== null) gauge.set({ of: 'database' }, skew.database / 1_000);
      return Promise.resolve();
    });
  }

  private showQueues(queues: JobQueues): void {
    const labelNames = ['queue', 'state'] as const;
    const jobs = this.metrics.gauge({ name: 'bahi_queue_jobs', help: 'Jobs, by queue and state.', labelNames });
    const lookUp = new SingleFlight(DEPTHS_TIMEOUT_MS, () => queues.depths());
    this.metrics.beforeScrape(async () => {
      const depths = await lookUp.value();
      forget(jobs);
      for (const [queue, { waiting, active }] of Object.entries(depths ?? {})) {
        jobs.set({ queue, state: 'waiting' }, waiting);
        jobs.set({ queue, state: 'active' }, active);
      }
    });
  }

  private showPools(pools: Readonly<Record<string, Pool>>): void {
    const labelNames = ['pool', 'state'] as const;
    const help =
      'Connections of this process to PostgreSQL by pool (in_use, idle), and statements that wait for one (waiting).';
    this.metrics.gauge({ name: 'bahi_database_pool', help, labelNames }, (gauge) => {
      for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
        gauge.set({ pool, state: 'in_use' }, totalCount - idleCount);
        gauge.set({ pool, state: 'idle' }, idleCount);
        gauge.set({ pool, state: 'waiting' }, waitingCount);
      }
    });
  }
}
