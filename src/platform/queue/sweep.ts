import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { ProcessRole } from '../config/process-role.js';
import { Ticker } from '../waiting/ticker.js';
import type { Job, JobQueues } from './job-queues.js';

export interface SweptSource<Item> {
  /** For the log. */
  readonly what: string;
  /** Left out: once a second. */
  readonly everyMs?: number;
  /** How many items are asked for at once; the rest are a backlog for the next sweep. Left out: 500. */
  readonly batch?: number;
  /** In the order in which they are to be added. @param after where the last sweep ended; null: from the beginning */
  due(limit: number, after: Item | null): Promise<readonly Item[]>;
  jobOf(item: Item): Job;
}

/**
 * Adds jobs again for what is due in the database: a job was lost with the queue, its worker died, or nobody answered.
 * A plain timer in every worker, because a timer in the queue would be lost with it.
 */
export class Sweep<Item> implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private reached: Item | null = null;
  private readonly ticker: Ticker;

  constructor(
    private readonly role: ProcessRole,
    private readonly queues: JobQueues,
    private readonly source: SweptSource<Item>,
  ) {
    const { what, everyMs = 1_000, batch = 500 } = source;
    this.ticker = new Ticker(`sweep of ${what}`, everyMs, () => this.sweep(batch));
  }

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  /** Continues after the last sweep's items, so that items that cannot move do not block all the others. */
  private async sweep(batch: number): Promise<void> {
    const due = await this.source.due(batch, this.reached);
    this.reached = due.length < batch ? null : due.at(-1)!;
    if (due.length > 0) await this.queues.add(due.map((item) => this.source.jobOf(item)));
  }
}
