import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { BOOKS_COMMITTED, type BooksCommitted } from '../group-commit/commit-events.js';
import { Ticker } from '../waiting/ticker.js';
import { outboxEvents } from './outbox.js';

/**
 * Commits of other processes are found by polling. While anyone waits, one statement per interval costs less than a
 * NOTIFY for each commit, which would be sent even when nobody waits; and a pooler drops notifications.
 */
const POLL_MS = 100;

/** The pause between two polls; one poll finds everything that was committed in between. */
const REST_MS = 20;

/** Looks for new events. @returns whether there may be more already */
type Look = () => Promise<boolean>;

/**
 * Wakes callers that wait for new events: at once for events of this process, within a tenth of a second for those of
 * others.
 */
@Injectable()
export class OutboxWatch implements BeforeApplicationShutdown {
  private readonly ticker = new Ticker('new events', POLL_MS, () => this.tick());
  private look: Look = () => Promise.resolve(false);

  /** Calls `look` from now on, the first time at once; never twice at the same time. */
  watch(look: Look): void {
    this.look = look;
    this.ticker.start();
  }

  /** Called when nobody waits any more. */
  async rest(): Promise<void> {
    await this.ticker.stop();
  }

  /** Looks at once, for a caller that has just begun to wait. */
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
