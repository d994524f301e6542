import { Logger } from '@nestjs/common';
import { Ticker } from '../waiting/ticker.js';
import type { QueueBackend } from './queue-backend.js';
import type { QueueName } from './queue-names.js';
import { formerParts } from './queue-parts.js';
import { type QueueWorker, workersOf } from './queue-worker.js';

/** How often former parts are checked for jobs. */
const LOOK_EVERY_MS = 5_000;

/** A worker hangs if it was idle, and took no job, in this many checks in a row while jobs were waiting for it. */
const LOOKS = 4;

/**
 * The workers of a process for all parts of its queues. @nestjs/bullmq creates the worker of each queue's first part.
 * Former parts are drained: each that holds jobs has a worker until it holds none.
 *
 * A worker that hangs is replaced: after a master was lost and has come back, BullMQ sometimes waits for ever for the
 * end of a cluster connection that has already ended.
 */
export class PartWorkers {
  private readonly draining = new Map<string, QueueWorker>();
  private readonly logger = new Logger('queue');
  private readonly idle = new WeakMap<QueueWorker, { readonly taken: number; readonly looks: number }>();
  private readonly ticker: Ticker;

  constructor(private readonly backend: QueueBackend) {
    this.ticker = new Ticker('former parts of the queues', LOOK_EVERY_MS, () => this.look());
  }

  start(): void {
    for (const worker of workersOf(this.backend))
      for (let part = 1; part < this.backend.parts; part++) worker.onPart(part);
    if (this.backend.mostParts > 1) this.ticker.start();
  }

  stop(): Promise<void> {
    return this.ticker.stop();
  }

  private async look(): Promise<void> {
    if (!this.backend.reachable) return;
    await Promise.all(workersOf(this.backend).map((worker) => this.replaceIfStuck(worker)));
    await this.drain();
  }

  private async replaceIfStuck(worker: QueueWorker): Promise<void> {
    const { taken, isIdle, part } = worker;
    const queue = worker.name as QueueName;
    const before = this.idle.get(worker);
    const waits = isIdle && (await this.backend.holdsJobs(queue, part, 'waiting').catch(() => false));
    const looksBefore = before?.taken === taken ? before.looks : 0;
    const looks = waits ? looksBefore + 1 : 0;
    this.idle.set(worker, { taken, looks });
    if (looks < LOOKS || worker.closing !== undefined) return;
    this.logger.warn(`the worker of queue ${queue}, part ${part}, takes no jobs although some wait, so it is replaced`);
    const next = worker.onPart(part);
    for (const [key, draining] of this.draining) if (draining === worker) this.draining.set(key, next);
    void worker.close();
  }

  private async drain(): Promise<void> {
    for (const { queue, part, holdsJobs } of await formerParts(this.backend)) {
      const key = `${queue} ${part}`;
      const worker = this.draining.get(key);
      const first = workersOf(this.backend).find(({ name }) => name === queue);
      if (holdsJobs === true && worker === undefined && first !== undefined) {
        this.draining.set(key, first.onPart(part));
      } else if (holdsJobs === false && worker !== undefined) {
        this.draining.delete(key);
        await worker.close();
      }
    }
  }
}
