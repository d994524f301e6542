import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { ProcessRole } from '../config/process-role.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../group-commit/commit-events.js';
import { type Job, JobQueues } from '../queue/job-queues.js';
import { Ticker } from '../waiting/ticker.js';
import { OutboxBacklog } from './outbox-backlog.js';
import { OutboxRoutes } from './outbox-routes.js';
import { OutboxSignal, type Signalled } from './outbox-signal.js';
import { type OutboxEvent, outboxEvents } from './outbox.js';
import { SignalledMerchants } from './signalled-merchants.js';

/** One claim, one `addBulk`, one DELETE. Larger batches gain nothing and hold the rows for longer. */
const BATCH = 500;

/** A signal may be lost; its event then waits this long. */
const POLL_MS = 1_000;

/**
 * Carries committed events to the queues, at least once.
 * A crash between any two steps leaves rows in `outbox_queue`. When their claim has expired, a relay carries them
 * again, and the queue recognises by the ids of the jobs what it already has.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OutboxRelay.name);
  private refusal: string | null = null;
  private readonly signalled = new SignalledMerchants(POLL_MS);
  private readonly ticker = new Ticker('outbox relay', POLL_MS, () => this.carry());
  private readonly adoption = new Ticker('events of the release before', POLL_MS, () => this.adopt());

  constructor(
    private readonly role: ProcessRole,
    private readonly backlog: OutboxBacklog,
    private readonly routes: OutboxRoutes,
    private readonly queues: JobQueues,
    private readonly signal: OutboxSignal,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.role.worker) return;
    this.ticker.start();
    this.adoption.start();
    this.signal.listen((merchantIds) => this.wake(merchantIds));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.signal.stop();
    await this.adoption.stop();
    await this.ticker.stop();
  }

  /**
   * Wakes this relay and those of other processes for events that a route takes; the others are only history. Events
   * from before the start are found by the first tick.
   */
  @OnEvent(BOOKS_COMMITTED)
  onCommitted(committed: BooksCommitted): void {
    if (!committed.staged(outboxEvents).some(({ row }) => this.routes.mayTake(row.type))) return;
    // Has no effect if this process is not a worker.
    this.wake(committed.merchantIds);
    this.signal.notify(committed.merchantIds);
  }

  private wake(merchantIds: Signalled): void {
    if (this.role.worker) this.signalled.add(merchantIds);
    this.ticker.wake();
  }

  private async claim(of: Signalled): Promise<OutboxEvent[]> {
    try {
      const { events, more } = await this.backlog.claim(BATCH, of);
      // The remaining events are not signalled again.
      if (more) this.signalled.add(null);
      return events;
    } finally {
      if (of === null) this.signalled.lookedAtAll();
    }
  }

  /** One batch. @returns whether there may be more */
  private async carry(): Promise<boolean> {
    const events = await this.claim(this.signalled.next());
    if (events.length === 0) return false;
    const routed = events.flatMap((event) => this.routed(event));
    const jobs = routed.flatMap((carried) => carried.jobs);
    // If the whole queue is unreachable, the tick fails here, outside any transaction: the claims expire and everything
    // is tried again. If only a part of the queue is unreachable, the events for the other parts are carried.
    const refused = jobs.length === 0 ? null : await this.queues.offer(jobs);
    if (refused !== null && refused.jobs.length === jobs.length) throw refused;
    this.noteRefusal(refused?.message ?? null);
    const left = new Set(refused?.jobs);
    const carried = routed.filter((one) => !one.jobs.some((job) => left.has(job)));
    await this.backlog.remove(carried.map(({ event }) => event));
    return this.signalled.areAllNext;
  }

  /** Logged once, not for each batch. */
  private noteRefusal(why: string | null): void {
    if (why !== null && this.refusal === null)
      this.logger.warn(`a part of the queue is unreachable, so the events for it wait: ${why}`);
    if (why === null && this.refusal !== null) this.logger.log('all parts of the queue are reachable again');
    this.refusal = why;
  }

  /** While processes of both releases run. @returns whether there may be more */
  private async adopt(): Promise<boolean> {
    const adopted = await this.backlog.adopt(BATCH);
    if (adopted > 0) this.ticker.wake();
    return adopted === BATCH;
  }

  /** An event that its own route cannot read stays in the outbox and is logged each time; the others are carried. */
  private routed(event: OutboxEvent): { event: OutboxEvent; jobs: Job[] }[] {
    try {
      const { origin } = event;
      return [{ event, jobs: this.routes.jobsFor(event).map((job) => ({ ...job, origin })) }];
    } catch (error) {
      this.logger.error(
        `event ${event.id} (${event.type}) cannot be put in a queue; it stays in the outbox: ${String(error)}`,
      );
      return [];
    }
  }
}
