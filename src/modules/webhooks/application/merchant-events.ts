import type { StoredEvent, StoredEvents } from '../../../platform/outbox/outbox.public.js';
import type { StreamMessage } from './stream-message.js';

/** The position of a stream of one merchant's events: the last number that it has shown. */
export class MerchantEvents {
  private constructor(
    readonly merchantId: string,
    private last: number,
    readonly begins: readonly StreamMessage[],
  ) {}

  /** @param after the last number that the reader has; null: it begins with the next event */
  static async from(events: StoredEvents, merchantId: string, after: number | null): Promise<MerchantEvents> {
    const last = await events.lastOf(merchantId);
    const isAhead = after !== null && after > last;
    return new MerchantEvents(merchantId, isAhead ? last : (after ?? last), isAhead ? [resetTo(last)] : []);
  }

  get after(): number {
    return this.last;
  }

  /**
   * @param read the events after {@link after}, in order. Some may have been shown since they were read: two nodes may
   *   be asked while a shard is moved
   */
  messages(read: readonly StoredEvent[]): StreamMessage[] {
    const found = read.filter(({ sequence }) => sequence > this.last);
    const [first] = found;
    if (first === undefined) return [];
    const gap = first.sequence === this.last + 1 ? [] : [resetTo(first.sequence - 1)];
    this.last = found.at(-1)!.sequence;
    return [...gap, ...found.map((event) => ({ id: event.sequence, event }))];
  }
}

const resetTo = (sequence: number): StreamMessage => ({ id: sequence, reset: { sequence } });
