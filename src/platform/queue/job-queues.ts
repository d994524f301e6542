import { Inject, Injectable, Logger } from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import { PostgresQueue, QueueConnections } from './queue-connections.js';
import type { QueueName } from './queue-names.js';

/** Work for a processor. The database knows what is to be done; the job only says for whom. */
export interface Job {
  readonly queue: QueueName;
  readonly name: string;
  /**
   * While a job with this id waits or runs, another one with the same id is silently left out. Its end frees the id.
   * No colon and not only digits: BullMQ keeps those for itself.
   */
  readonly id: string;
  /** Ids and small numbers only: whatever else it said might be out of date when the job runs. */
  readonly data: Readonly<Record<string, string | number>>;
}

/** BullMQ writes five events per job, for listeners that we do not have, and can only be told to keep few of them. */
const KEPT_EVENTS = 1_000;

/** Finished jobs go at once: a kept one would swallow the next job with its id. Whether to try again is not BullMQ's to say. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** Puts jobs into the queues. Never call it inside a transaction. */
@Injectable()
export class JobQueues {
  private readonly logger = new Logger('queue');
  private readonly queues = new Map<QueueName, ReturnType<typeof openQueue>>();
  private closed = false;

  constructor(@Inject(QueueConnections) private readonly connections: QueueConnections) {}

  /** @throws when the queue is away; then some of the jobs may have been added, and all may be added again */
  async add(jobs: readonly Job[]): Promise<void> {
    assert(!this.closed, 'whatever adds jobs ends before the queues do');
    const byQueue = new Map<QueueName, Job[]>();
    for (const job of jobs) {
      const others = byQueue.get(job.queue);
      if (others === undefined) byQueue.set(job.queue, [job]);
      else others.push(job);
    }
    await Promise.all(
      Array.from(byQueue, ([name, its]) =>
        this.queue(name).addBulk(its.map((job) => ({ name: job.name, data: job.data, opts: { jobId: job.id } }))),
      ),
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(Array.from(this.queues.values(), (queue) => queue.close()));
  }

  private queue(name: QueueName): ReturnType<typeof openQueue> {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = openQueue(name, this.connections);
      // Idle connections that broke, and are replaced. What concerns a job is thrown by `add`.
      queue.on('error', (error) => this.logger.debug(`${name}: ${error.message}`));
      this.queues.set(name, queue);
    }
    return queue;
  }
}

function openQueue(name: QueueName, connection: QueueConnections) {
  return new PostgresQueue<Job['data'], void, string>(name, {
    connection,
    defaultJobOptions: JOB_OPTIONS,
    streams: { events: { maxLen: KEPT_EVENTS } },
  });
}
