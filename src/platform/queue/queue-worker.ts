import { Logger } from '@nestjs/common';
import type { Job, PostgresConnectionOptions, Processor, WorkerOptions } from 'bullmq';
import { isAway } from '../database/away.js';
import { PostgresWorker, type QueueConnections } from './queue-connections.js';
import { within } from './within.js';

/** Jobs wait for banks nearly all the time, so that many fit into one process. */
const CONCURRENCY = 32;

/**
 * A job whose worker died is taken up again by another one between these two and their sum later. Ten seconds without
 * a renewal (every five) mean a process that hangs or is gone; a job that runs twice is harmless.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

/** After a lost connection. Also how long a worker's end may take while the database is away. */
const RETRY_AFTER_MS = 1_000;

/** An idle worker asks this often although nothing wakes it. */
const POLL_SECONDS = 1;

/** The end of a worker waits for its jobs; none takes longer than a bank's time-out (10 s) and a commit. */
const CLOSE_TIMEOUT_MS = 15_000;

/** Workers that were built on a connection, so that they can be ended before what they need is closed. */
const workersOn = new WeakMap<QueueConnections, QueueWorker[]>();

type Options = WorkerOptions<PostgresConnectionOptions> & { readonly connection: QueueConnections };

/** What stands behind every `@Processor`: BullMQ's worker on PostgreSQL, with this house's options. */
export class QueueWorker extends PostgresWorker<unknown, unknown> {
  private readonly logger: Logger;
  private ended: Promise<void> | null = null;

  constructor(name: string, processor: Processor<unknown>, options: Options) {
    super(name, processor, {
      concurrency: CONCURRENCY,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      runRetryDelay: RETRY_AFTER_MS,
      drainDelay: POLL_SECONDS,
      ...options,
    });
    this.logger = new Logger(`queue ${name}`);
    workersOn.set(options.connection, [...(workersOn.get(options.connection) ?? []), this]);
    // A lost connection is told by whoever has work for it, and once.
    this.on('error', (error) => (isAway(error) ? this.logger.debug(error.message) : this.logger.error(error.message)));
    this.on('failed', (job: Job | undefined, error) => this.logger.error(`job ${job?.id}: ${error.stack}`));
    this.on('stalled', (id) => this.logger.warn(`job ${id} was left by its worker and runs again`));
  }

  /** Takes no more jobs and waits for those that run. One that does not end is left to the sweeps. */
  override close(force = false): Promise<void> {
    this.ended ??= within(CLOSE_TIMEOUT_MS, super.close(force)).then((end) => {
      if (end === 'timed out') this.logger.warn('a job did not end in time and is left to the sweeps');
    });
    return this.ended;
  }
}

/** Ends all workers of the process. */
export async function closeWorkers(connections: QueueConnections): Promise<void> {
  await Promise.all((workersOn.get(connections) ?? []).map((worker) => worker.close()));
}
