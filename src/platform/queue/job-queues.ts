import { Inject, Injectable, Logger } from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import type { Origin } from '../../shared/origin.js';
import { BackedQueue, QueueBackend } from './queue-backend.js';
import { QUEUE_NAMES, type QueueName } from './queue-names.js';
import { orTimeout, withTimeout } from '../waiting/with-timeout.js';

/** Work for a processor. The database knows what is to be done; the job only names for whom. */
export interface Job {
  readonly queue: QueueName;
  readonly name: string;
  /**
   * While a job with this id waits or runs, another one with the same id is silently left out. Its end frees the id.
   * No colon and not only digits: BullMQ reserves those.
   */
  readonly id: string;
  /** Ids and small numbers only: anything else might be out of date when the job runs. */
  readonly data: Readonly<Record<string, string | number>>;
  /** Before whatever else waits in the queue. Left out: behind it. */
  readonly goesFirst?: boolean;
  /** The request that caused it: passed to the processor as `data.origin`. */
  readonly origin?: Origin | null;
}

/**
 * BullMQ writes five events per job, for listeners that we do not have, and can only be configured to retain few of
 * them.
 */
const MAX_EVENTS = 1_000;

/**
 * Finished jobs go at once: one that stayed would swallow the next job with its id. BullMQ does not decide whether to
 * try again.
 */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** A queue that hangs must not stop the relay and the sweeps from going on. */
const TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 1_000;

interface QueueDepth {
  readonly waiting: number;
  readonly active: number;
}

/** Puts jobs into the queues. Never call it inside a transaction. */
@Injectable()
export class JobQueues {
  private readonly logger = new Logger('queue');
  private readonly queues = new Map<QueueName, ReturnType<typeof openQueue>>();
  private closed = false;

  constructor(@Inject(QueueBackend) private readonly queueBackend: QueueBackend) {}

  get backend(): QueueBackend['name'] {
    return this.queueBackend.name;
  }

  /** @throws when the queue is unreachable; then some of the jobs may have been added, and all may be added again */
  async add(jobs: readonly Job[]): Promise<void> {
    assert(!this.closed, 'whatever adds jobs ends before the queues do');
    this.assertReachable();
    const byQueue = new Map<QueueName, Job[]>();
    for (const job of jobs) {
      const others = byQueue.get(job.queue);
      if (others === undefined) byQueue.set(job.queue, [job]);
      else others.push(job);
    }
    const added = Array.from(byQueue, ([name, jobsOfQueue]) =>
      this.queue(name).addBulk(
        inOrder(jobsOfQueue).map((job) => ({
          name: job.name,
          data: dataOf(job),
          opts: { jobId: job.id, lifo: job.goesFirst === true },
        })),
      ),
    );
    await orTimeout(TIMEOUT_MS, 'the queue', Promise.all(added));
  }

  /** How many jobs wait and run. @throws when the queue is unreachable */
  async depths(): Promise<Readonly<Record<QueueName, QueueDepth>>> {
    this.assertReachable();
    const depthOf = async (name: QueueName): Promise<[QueueName, QueueDepth]> => {
      const { waiting = 0, active = 0 } = await this.queue(name).getJobCounts('waiting', 'active');
      return [name, { waiting, active }];
    };
    const depths = await orTimeout(TIMEOUT_MS, 'the queue', Promise.all(QUEUE_NAMES.map(depthOf)));
    return Object.fromEntries(depths) as Record<QueueName, QueueDepth>;
  }

  /** For the queue board. */
  all(): ReturnType<typeof openQueue>[] {
    return QUEUE_NAMES.map((name) => this.queue(name));
  }

  async close(): Promise<void> {
    this.closed = true;
    await withTimeout(CLOSE_TIMEOUT_MS, Promise.all(Array.from(this.queues.values(), (queue) => queue.close())));
  }

  /** @throws while the queue is known to be unreachable */
  assertReachable(): void {
    if (!this.queueBackend.reachable) throw new Error('Redis is unreachable');
  }

  private queue(name: QueueName): ReturnType<typeof openQueue> {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = openQueue(name, this.queueBackend);
      // Idle connections that broke, and are replaced. What concerns a job is thrown by `add`.
      queue.on('error', (error) => this.logger.debug(`${name}: ${error.message}`));
      this.queues.set(name, queue);
    }
    return queue;
  }
}

/** What goes first is put before what was put there just before it. */
function inOrder(jobs: readonly Job[]): readonly Job[] {
  return [
    ...jobs.filter(({ goesFirst }) => goesFirst !== true),
    ...jobs.filter(({ goesFirst }) => goesFirst).reverse(),
  ];
}

function dataOf({ data, origin }: Job): object {
  return origin ? { ...data, origin } : data;
}

function openQueue(name: QueueName, connection: QueueBackend) {
  return new BackedQueue<object, void, string>(name, {
    connection,
    defaultJobOptions: JOB_OPTIONS,
    streams: { events: { maxLen: MAX_EVENTS } },
  });
}
