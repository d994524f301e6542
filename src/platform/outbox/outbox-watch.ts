import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { BOOKS_COMMITTED, type BooksCommitted } from '../group-commit/commit-events.js';
import { Ticker } from '../waiting/ticker.js';
import { outboxEvents } from './outbox.js';

/**
 * What other processes have committed is found by looking. A NOTIFY for each of their commits, whether or not somebody
 * waits, would cost more than one statement in so long a time, as long as somebody does; and a pooler drops them.
 */
const POLL_MS = 100;

/** Between two looks: what is committed meanwhile is found by one. */
const REST_MS = 20;

/** Looks at what was committed. @returns whether there may be more already */
type Look = () => Promise<boolean>;

/** Wakes who waits for new events: at once for those of this process, and a tenth of a second later at the most for others. */
@Injectable()
export class OutboxWatch implements BeforeApplicationShutdown {
  private readonly ticker = new Ticker('new events', POLL_MS, () => this.tick());
  private look: Look = () => Promise.resolve(false);

  /** From now on, and at once: one look at a time. */
  watch(look: Look): void {
    this.look = look;
    this.ticker.start();
  }

  /** Nobody waits any more. */
  async rest(): Promise<void> {
    await this.ticker.stop();
  }

  /** At once, for who has just begun to wait. */
  wake(): void {
    this.ticker.wake();
  }

  @OnEvent(BOOKS_COMMITTED)
  onCommitted(committed: BooksCommitted): void {
    if (committed.staged(outboxEvents).length > 0) this.ticker.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rest();
  }

  private async tick(): Promise<boolean> {
    const more = await this.look();
    if (!more) await pause(REST_MS);
    return more;
  }
}
