import { Inject, Injectable, Logger } from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import type { Origin } from '../../shared/origin.js';
import { BackedQueue, QueueBackend } from './queue-backend.js';
import { QUEUE_NAMES, type QueueName } from './queue-names.js';
import { formerParts, partOf } from './queue-parts.js';
import { orTimeout, withTimeout } from '../waiting/with-timeout.js';

/** Work for a processor. The database knows what is to be done; the job only names for whom. */
export interface Job {
  readonly queue: QueueName;
  readonly name: string;
  /**
   * While a job with this id waits or runs, another one with the same id is silently dropped. When the job ends, its id
   * is free again. No colon and not only digits: BullMQ reserves those.
   */
  readonly id: string;
  /** Ids and small numbers only: anything else might be out of date when the job runs. */
  readonly data: Readonly<Record<string, string | number>>;
  /** Goes ahead of everything that waits in the queue. Left out: goes to the end. */
  readonly goesFirst?: boolean;
  /** The request that caused the job: passed to the processor as `data.origin`. */
  readonly origin?: Origin | null;
}

/**
 * In Redis, BullMQ writes five events per job for listeners that Bahi does not have; it can only be configured to keep
 * few of them.
 */
const MAX_EVENTS = 1_000;

/**
 * Finished jobs are removed at once: a job that stayed would swallow the next one with its id. Bahi, not BullMQ,
 * decides whether to try again.
 */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** A queue that hangs must not stop the relay and the sweeps. */
const TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 1_000;

/** A part that did not answer is skipped for this long, so that jobs for the other parts do not wait for it. */
const SKIPPED_MS = 1_000;

/** How often the jobs in former parts are counted. */
const LOOK_EVERY_MS = 5_000;

type BullQueue = ReturnType<typeof openQueue>;

/** The queue, or a part of it, is unreachable. */
export class JobsRefused extends Error {
  constructor(
    readonly jobs: readonly Job[],
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

interface QueueDepth {
  readonly waiting: number;
  readonly active: number;
}

/** Adds jobs to the queues. Never call it inside a transaction. */
@Injectable()
export class JobQueues {
  private readonly logger = new Logger('queue');
  /** Keyed by name and part. */
  private readonly queues = new Map<string, BullQueue>();
  /** Parts that recently did not answer, and until when they are skipped. */
  private readonly skippedUntil = new Map<string, number>();
  private former: readonly { readonly queue: QueueName; readonly part: number }[] = [];
  private lookedAt = -Infinity;
  private closed = false;

  constructor(@Inject(QueueBackend) private readonly queueBackend: QueueBackend) {}

  get backend(): QueueBackend['name'] {
    return this.queueBackend.name;
  }

  /** @throws JobsRefused when the queue, or a part of it, is unreachable; all jobs may then be added again */
  async add(jobs: readonly Job[]): Promise<void> {
    const refused = await this.offer(jobs);
    if (refused !== null) throw refused;
  }

  /**
   * Like `add`, for a caller that acts on the jobs that could be added: one master of a cluster may be missing.
   * @returns null when all were added
   */
  async offer(jobs: readonly Job[]): Promise<JobsRefused | null> {
    assert(!this.closed, 'whatever adds jobs ends before the queues do');
    this.assertReachable();
    const byPart = new Map<string, { queue: QueueName; part: number; jobs: Job[] }>();
    for (const job of jobs) {
      const part = partOf(job, this.queueBackend.parts);
      const there = byPart.get(`${job.queue} ${part}`);
      if (there === undefined) byPart.set(`${job.queue} ${part}`, { queue: job.queue, part, jobs: [job] });
      else there.jobs.push(job);
    }
    const refused = (await Promise.all(Array.from(byPart.values(), (added) => this.addTo(added)))).filter(
      (refusal) => refusal !== null,
    );
    if (refused.length === 0) return null;
    return new JobsRefused(
      refused.flatMap((refusal) => refusal.jobs),
      refused[0]!.cause,
    );
  }

  /** How many jobs wait and run, in all parts of each queue. @throws when a part is unreachable */
  async depths(): Promise<Readonly<Record<QueueName, QueueDepth>>> {
    this.assertReachable();
    const depthOf = async (name: QueueName): Promise<[QueueName, QueueDepth]> => {
      const counts = (await this.partsOf(name)).map((part) => part.getJobCounts('waiting', 'active'));
      const sum = { waiting: 0, active: 0 };
      for (const { waiting = 0, active = 0 } of await Promise.all(counts)) {
        sum.waiting += waiting;
        sum.active += active;
      }
      return [name, sum];
    };
    const depths = await orTimeout(TIMEOUT_MS, 'the queue', Promise.all(QUEUE_NAMES.map(depthOf)));
    return Object.fromEntries(depths) as Record<QueueName, QueueDepth>;
  }

  /** The BullMQ queues that are the parts of one queue, including former parts that still hold jobs. */
  async partsOf(name: QueueName): Promise<BullQueue[]> {
    if (performance.now() - this.lookedAt > LOOK_EVERY_MS) {
      this.lookedAt = performance.now();
      this.former = (await formerParts(this.queueBackend)).filter(({ holdsJobs }) => holdsJobs);
    }
    const former = this.former.filter(({ queue }) => queue === name);
    return [...this.usedPartsOf(name), ...former.map(({ part }) => this.queue(name, part))];
  }

  usedPartsOf(name: QueueName): BullQueue[] {
    return Array.from({ length: this.queueBackend.parts }, (_, part) => this.queue(name, part));
  }

  async close(): Promise<void> {
    this.closed = true;
    await withTimeout(CLOSE_TIMEOUT_MS, Promise.all(Array.from(this.queues.values(), (queue) => queue.close())));
  }

  /** @throws while the queue is known to be unreachable */
  assertReachable(): void {
    if (!this.queueBackend.reachable) throw new Error('Redis is unreachable');
  }

  /** Null when all were added. */
  private async addTo({ queue, part, jobs }: { queue: QueueName; part: number; jobs: Job[] }) {
    const key = `${queue} ${part}`;
    if ((this.skippedUntil.get(key) ?? -Infinity) > performance.now())
      return { jobs, cause: new Error(`a part of the queue ${queue} is unreachable`) };
    const added = this.queue(queue, part).addBulk(
      inOrder(jobs).map((job) => ({
        name: job.name,
        data: dataOf(job),
        opts: { jobId: job.id, lifo: job.goesFirst === true },
      })),
    );
    try {
      await orTimeout(TIMEOUT_MS, 'the queue', added);
    } catch (cause) {
      // Named decision: the caller decides what happens to the refused jobs.
      if (this.queueBackend.parts > 1) this.skippedUntil.set(key, performance.now() + SKIPPED_MS);
      return { jobs, cause };
    }
    return null;
  }

  private queue(name: QueueName, part: number): BullQueue {
    const key = `${name} ${part}`;
    let queue = this.queues.get(key);
    if (queue === undefined) {
      queue = openQueue(name, this.queueBackend, part);
      // Idle connections that broke and are replaced. Errors that concern a job are thrown by `add`.
      queue.on('error', (error) => this.logger.debug(`${name}: ${error.message}`));
      this.queues.set(key, queue);
    }
    return queue;
  }
}

/** Jobs that go first are added in reverse, because each is put ahead of the one before. */
function inOrder(jobs: readonly Job[]): readonly Job[] {
  return [
    ...jobs.filter(({ goesFirst }) => goesFirst !== true),
    ...jobs.filter(({ goesFirst }) => goesFirst).reverse(),
  ];
}

function dataOf({ data, origin }: Job): object {
  return origin ? { ...data, origin } : data;
}

function openQueue(name: QueueName, connection: QueueBackend, part: number) {
  return new BackedQueue<object, void, string>(name, {
    connection,
    prefix: connection.prefixOf(name, part),
    defaultJobOptions: JOB_OPTIONS,
    streams: { events: { maxLen: MAX_EVENTS } },
  });
}
