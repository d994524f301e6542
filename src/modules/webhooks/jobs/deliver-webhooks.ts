import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../../../platform/group-commit/group-commit.public.js';
import {
  outboxEvents,
  OutboxSignal,
  type Signalled,
  SignalledMerchants,
} from '../../../platform/outbox/outbox.public.js';
import { Ticker, withTimeout } from '../../../platform/waiting/waiting.public.js';
import { FanOutEvents } from '../application/fan-out-events.js';
import { SendDeliveries } from '../application/send-deliveries.js';

/** Signals may be lost, and retries send none: an event, or a retry that is due, then waits at most this long. */
const POLL_MS = 1_000;

/** How long a shutdown waits for attempts. One that takes longer is broken off, and another process makes it again. */
const END_TIMEOUT_MS = 6_000;
const BREAK_OFF_MS = 1_000;

/**
 * Plans deliveries for committed events, and sends deliveries to the receivers. Both steps read from the database what
 * there is to do, and need no queue: a wake only makes them run earlier.
 */
@Injectable()
export class DeliverWebhooks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly signalled = new SignalledMerchants(POLL_MS);
  private readonly fanOut = new Ticker('webhooks to plan', POLL_MS, () => this.plan());
  private readonly deliver = new Ticker('webhooks to send', POLL_MS, () => this.sendDue());

  constructor(
    private readonly role: ProcessRole,
    private readonly fanOutEvents: FanOutEvents,
    private readonly sendDeliveries: SendDeliveries,
    private readonly signal: OutboxSignal,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.role.worker) return;
    this.fanOut.start();
    this.deliver.start();
    this.signal.listen((merchantIds) => this.wake(merchantIds));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.fanOut.stop();
    await this.deliver.stop();
    const ended = await withTimeout(END_TIMEOUT_MS, this.sendDeliveries.settled());
    if (ended === 'timed out') await withTimeout(BREAK_OFF_MS, this.sendDeliveries.breakOff());
  }

  /** Has no effect in a process that is not a worker. */
  @OnEvent(BOOKS_COMMITTED)
  onCommitted(committed: BooksCommitted): void {
    if (committed.staged(outboxEvents).some(({ row }) => row.sequence !== null)) this.wake(committed.merchantIds);
  }

  private wake(merchantIds: Signalled): void {
    if (this.role.worker) this.signalled.add(merchantIds);
    this.fanOut.wake();
  }

  private async plan(): Promise<boolean> {
    const of = this.signalled.next();
    try {
      const { planned, more } = await this.fanOutEvents.execute(of);
      if (planned) this.deliver.wake();
      if (more) this.signalled.add(of);
      return more;
    } finally {
      if (of === null) this.signalled.lookedAtAll();
    }
  }

  private async sendDue(): Promise<boolean> {
    return (await this.sendDeliveries.execute(() => this.deliver.wake())) > 0;
  }
}
