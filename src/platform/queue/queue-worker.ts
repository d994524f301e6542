import { Logger } from '@nestjs/common';
import type { Job, Processor, WorkerOptions } from 'bullmq';
import { originOf, watched } from './job-watch.js';
import { BackedWorker, type QueueBackend } from './queue-backend.js';
import type { QueueName } from './queue-names.js';
import { withTimeout } from '../waiting/with-timeout.js';

/**
 * Jobs wait for banks and commits nearly all the time, so many fit into one process; those that finish waiting at the
 * same time share a commit. Measured: docs/performance.md.
 */
const CONCURRENCY = 128;

/**
 * At least this many for each part of a queue, however many parts there are: all jobs of a merchant are in one part.
 */
const LEAST_CONCURRENCY = 32;

/**
 * A job whose worker died is taken by another one after at least the first of these times, and at most their sum. Ten
 * seconds without a renewal (every five) mean that the process hangs or is gone. A job that runs twice does no harm.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

/** The pause after a lost connection. Also how long a worker may take to end while the database is unreachable. */
const RETRY_AFTER_MS = 1_000;

/** An idle worker polls this often although nothing wakes it. */
const POLL_SECONDS = 1;

/**
 * How long a worker that ends waits for its jobs. A longer call to a bank is abandoned, and an inquiry is made later.
 */
const JOBS_TIMEOUT_MS = 7_000;

/** How long BullMQ may take after the jobs have ended. While the queue is unreachable it would never end. */
const CLOSE_TIMEOUT_MS = 1_000;

/** The workers created on each connection, so that they can be ended before what they need is closed. */
const workersOn = new WeakMap<QueueBackend, readonly QueueWorker[]>();

/** The worker of every `@Processor`: BullMQ's, with Bahi's options. */
export class QueueWorker extends BackedWorker<unknown, unknown> {
  private readonly logger: Logger;
  private ended: Promise<void> | null = null;
  private readonly inHand: Set<Promise<unknown>>;
  private began = 0;

  constructor(
    name: string,
    private readonly processor: Processor<unknown>,
    private readonly given: WorkerOptions<QueueBackend>,
    readonly part = 0,
  ) {
    const options = given;
    const inHand = new Set<Promise<unknown>>();
    const work = watched(name, processor);
    super(
      name,
      (job: Job, token) => {
        this.began++;
        return trackedIn(inHand, work(job, token));
      },
      {
        concurrency: Math.max(LEAST_CONCURRENCY, Math.ceil(CONCURRENCY / options.connection.parts)),
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        runRetryDelay: RETRY_AFTER_MS,
        drainDelay: POLL_SECONDS,
        ...options,
      },
    );
    this.inHand = inHand;
    this.logger = new Logger(`queue ${name}`);
    workersOn.set(options.connection, [...workersOf(options.connection), this]);
    // A lost connection is logged once, by the code that adds jobs.
    this.on('error', (error) =>
      options.connection.isUnreachable(error) ? this.logger.debug(error.message) : this.logger.error(error.message),
    );
    this.on('failed', (job: Job | undefined, error) =>
      this.logger.error({ msg: `job ${job?.id} failed: ${error.stack}`, request_id: originOf(job)?.request_id }),
    );
    this.on('stalled', (id) => this.logger.warn(`the worker of job ${id} died or hung, so the job runs again`));
  }

  /** How many jobs it has taken since its start. */
  get taken(): number {
    return this.began;
  }

  get isIdle(): boolean {
    return this.inHand.size === 0;
  }

  /** Another worker of the same processor, for another part of the queue. */
  onPart(part: number): QueueWorker {
    const prefix = this.given.connection.prefixOf(this.name as QueueName, part);
    return new QueueWorker(this.name, this.processor, { ...this.given, prefix }, part);
  }

  /** Takes no more jobs and waits for those that run. A job that does not end is left to the sweeps. */
  override close(force = false): Promise<void> {
    this.ended ??= this.end(super.close(force));
    return this.ended;
  }

  /** A worker that is ending may just have been woken. Another worker takes the job: each polls once a second. */
  protected override moveToActive(token: string, name?: string): Promise<Job> {
    return this.closing ? Promise.resolve(undefined as never) : super.moveToActive(token, name);
  }

  private async end(closed: Promise<void>): Promise<void> {
    const { connection } = this.given;
    await this.endOf(closed).finally(() =>
      workersOn.set(
        connection,
        workersOf(connection).filter((worker) => worker !== this),
      ),
    );
  }

  private async endOf(closed: Promise<void>): Promise<void> {
    const jobs = Promise.allSettled(this.inHand);
    if ((await withTimeout(JOBS_TIMEOUT_MS, Promise.race([closed, jobs]))) === 'timed out') {
      this.logger.warn('a job took too long to end with its worker and was abandoned; a sweep continues its work');
    }
    if ((await withTimeout(CLOSE_TIMEOUT_MS, closed)) === 'done') return;
    // Otherwise BullMQ would renew locks, and look for stalled jobs, for as long as the process lives.
    await this.lockManager.close();
    await this.pause(true);
  }
}

function trackedIn<T>(set: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  set.add(work);
  const forget = (): void => void set.delete(work);
  work.then(forget, forget);
  return work;
}

/** The workers of the process that have not been closed. */
export function workersOf(backend: QueueBackend): readonly QueueWorker[] {
  return workersOn.get(backend) ?? [];
}

/** Ends all workers of the process. */
export async function closeWorkers(backend: QueueBackend): Promise<void> {
  await Promise.all(workersOf(backend).map((worker) => worker.close()));
}
