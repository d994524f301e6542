import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Batch } from '../group-commit/batch.js';
import { OutboxSignal } from './outbox-signal.js';
import { type OutboxEvent, outboxEvents } from './outbox.js';
import { OutboxRelay } from './relay.js';

/** In process, after each commit that announced something: all its events, as one list. */
export const OUTBOX_COMMITTED = 'outbox.committed';

/**
 * Tells what was committed: to this process at once and before the writers are answered (`@OnEvent('payout.requested')`
 * gets the event), to the relays by a poke and a signal. Nobody may rely on it: a crash behind the commit tells nothing.
 * Only what the relay carries is told for certain.
 */
@Injectable()
export class Announcements {
  private readonly logger = new Logger(Announcements.name);

  constructor(
    private readonly emitter: EventEmitter2,
    private readonly relay: OutboxRelay,
    private readonly signal: OutboxSignal,
  ) {}

  /** For `Books.onCommit`. */
  async tell(batch: Batch): Promise<void> {
    const events = batch.staged(outboxEvents).map(({ row }) => row);
    if (events.length === 0) return;
    this.relay.poke();
    this.signal.notify();
    await Promise.all([...events.map((event) => this.emit(event.type, event)), this.emit(OUTBOX_COMMITTED, events)]);
  }

  /** One listener's failure is neither the writer's nor the next listener's business. */
  private async emit(name: string, what: OutboxEvent | OutboxEvent[]): Promise<void> {
    if (!this.emitter.hasListeners(name)) return;
    try {
      await this.emitter.emitAsync(name, what);
    } catch (error) {
      this.logger.error(`a listener of ${name} failed: ${String(error)}`);
    }
  }
}
