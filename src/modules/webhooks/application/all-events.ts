import type { EventPlace, StoredEvent, StoredEvents } from '../../../platform/outbox/outbox.public.js';
import { firstIdOf, timeOfId } from '../../../shared/ids.js';
import type { StreamMessage } from './stream-message.js';

/** Events that one look finds, and so the most that it reads. */
const PLACES = 500;

/** A commit takes milliseconds; what is dated earlier when it appears is found by the wide look. */
const OVERLAP_MS = 2_000;
const WIDE_MS = 60_000;
const WIDE_EVERY_MS = 10_000;

/** Merchants whose position is known. One that was quiet for longest is shown again what the overlap has of it. */
const MAX_POSITIONS = 50_000;

const DAY_MS = 86_400_000;

/**
 * Where a stream of all merchants' events has come. Across merchants nothing is in the order of the commits, so what is
 * recent is looked at again and again, and tells which merchants have something new; each one's events are then read
 * behind its last number. So a merchant's events come in order and without a gap, and one that was overlooked comes with
 * the next. A reader goes on by time, a minute before: it is shown some again.
 */
export class AllEvents {
  private readonly positions = new Map<string, number>();
  /** While it catches up: the last id that was looked at. */
  private caughtUpTo: string | null;
  private nextWide = 0;

  private constructor(
    private readonly events: StoredEvents,
    private readonly startMs: number,
    private position: number,
    readonly begins: readonly StreamMessage[],
  ) {
    this.caughtUpTo = firstIdOf(new Date(startMs));
  }

  /** @param from the position that the reader has, in milliseconds; null: what happens from now on */
  static from(events: StoredEvents, from: number | null, nowMs: number, retentionDays: number): AllEvents {
    if (from === null) return new AllEvents(events, nowMs - OVERLAP_MS, nowMs, []);
    const oldest = nowMs - retentionDays * DAY_MS;
    const to = from > nowMs + WIDE_MS ? nowMs : Math.max(from, oldest);
    const reset = { id: to, reset: { created_from: new Date(to).toISOString() } };
    return new AllEvents(events, to - WIDE_MS, to, to === from ? [] : [reset]);
  }

  /** @returns what is new, and whether there may be more already */
  async next(): Promise<{ readonly messages: StreamMessage[]; readonly more: boolean }> {
    const floor = this.caughtUpTo ?? firstIdOf(new Date(this.floorMs()));
    const { nowMs, places } = await this.events.since(floor, PLACES);
    const last = places.length === PLACES ? places.at(-1)! : null;
    const found = await this.newOf(places);
    const before = this.position;
    this.caughtUpTo = last?.id ?? null;
    this.position = last === null ? nowMs : Math.max(before, timeOfId(last.id));
    // Only the last message has the new position: a reader that is cut off before it goes on from the old one.
    const messages = found.map((event, i) => ({ id: i === found.length - 1 ? this.position : before, event }));
    return { messages, more: last !== null };
  }

  private floorMs(): number {
    const now = performance.now();
    const isWide = now >= this.nextWide;
    if (isWide) this.nextWide = now + WIDE_EVERY_MS;
    return Math.max(this.startMs, this.position - (isWide ? WIDE_MS : OVERLAP_MS));
  }

  private async newOf(places: readonly EventPlace[]): Promise<StoredEvent[]> {
    const wanted = new Map<string, { readonly after: number; readonly upTo: number }>();
    for (const { merchantId, sequence } of places) {
      const after = wanted.get(merchantId)?.after ?? this.positions.get(merchantId) ?? sequence - 1;
      const upTo = Math.max(sequence, wanted.get(merchantId)?.upTo ?? 0);
      if (upTo > after) wanted.set(merchantId, { after, upTo });
    }
    const found = await this.events.between([...wanted].map(([merchantId, range]) => ({ merchantId, ...range })));
    for (const { merchantId, sequence } of found) this.setPosition(merchantId, sequence);
    return found;
  }

  private setPosition(merchantId: string, sequence: number): void {
    this.positions.delete(merchantId);
    this.positions.set(merchantId, sequence);
    if (this.positions.size <= MAX_POSITIONS) return;
    const [quietest] = this.positions.keys();
    this.positions.delete(quietest!);
  }
}
