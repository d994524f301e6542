import type { EventPart } from '../../../platform/outbox/outbox.public.js';
import { EventWindow, OVERLAP_MS, WIDE_MS } from './event-window.js';
import { ShownSequences } from './shown-sequences.js';
import type { StreamMessage } from './stream-message.js';

/** The most events that one look at all nodes finds, and so the most that it reads. */
const PLACES = 500;

const DAY_MS = 86_400_000;

/**
 * The position of a stream of all merchants' events. Events of different merchants are not in the order of their
 * commits, so recent events are looked at repeatedly, to find out which merchants have new ones; then the events after
 * each merchant's last sequence are read. So a merchant's events come in order and without a gap, and an event that was
 * missed comes with the next one. A reader continues by time, one minute earlier, and is shown some events again.
 *
 * If events are on several nodes, each node has its own window, because it may be unreachable. The time at which a
 * reader continues is that of the node whose events have been missing for longest, so that none is skipped; events of
 * the other nodes are shown again.
 */
export class AllEvents {
  private readonly shown = new ShownSequences();
  /** The layout at the last look; null: before the first one. */
  private layout: string | null = null;
  private windows: ReadonlyMap<string, EventWindow> = new Map();

  private constructor(
    private readonly startMs: number,
    private readonly start: number,
    readonly begins: readonly StreamMessage[],
  ) {}

  /** @param from the reader's position, in milliseconds; null: only events from now on */
  static from(from: number | null, nowMs: number, retentionDays: number): AllEvents {
    if (from === null) return new AllEvents(nowMs - OVERLAP_MS, nowMs, []);
    const oldest = nowMs - retentionDays * DAY_MS;
    const to = from > nowMs + WIDE_MS ? nowMs : Math.max(from, oldest);
    const reset = { id: to, reset: { created_from: new Date(to).toISOString() } };
    return new AllEvents(to - WIDE_MS, to, to === from ? [] : [reset]);
  }

  /**
   * Shows what is new in a part. Moving the position and showing the messages is one step without a pause, because
   * other parts may be looked at at the same time.
   * @returns whether there may already be more
   */
  async look(part: EventPart, show: (messages: readonly StreamMessage[]) => void): Promise<boolean> {
    const window = this.windowOf(part);
    const limit = Math.ceil(PLACES / part.layout.parts.length);
    const { nowMs, places } = await part.since(window.floor(performance.now()), limit);
    const last = places.length === limit ? places.at(-1)!.id : null;
    const found = await part.between(this.shown.missing(places));
    const before = this.position;
    window.look(last, nowMs, performance.now());
    const fresh = this.shown.taken(found);
    // Only the last message has the new position: a reader that is cut off earlier continues from the old one.
    show(fresh.map((event, i) => ({ id: i === fresh.length - 1 ? this.position : before, event })));
    return last !== null;
  }

  private get position(): number {
    const all = [...this.windows.values()].map(({ position }) => position);
    return all.length === 0 ? this.start : Math.min(...all);
  }

  /**
   * If a shard was moved or a node replaced, all parts are looked at again, from the position that is furthest behind.
   */
  private windowOf({ name, layout }: EventPart): EventWindow {
    if (layout.text !== this.layout) {
      const from = this.layout === null ? this.startMs : Math.max(this.startMs, this.position - WIDE_MS);
      const unanswered = [...this.windows.values()].flatMap(({ unansweredSince }) => unansweredSince ?? []);
      const since = unanswered.length === 0 ? null : Math.min(...unanswered);
      const { position } = this;
      const aWindow = (): EventWindow => new EventWindow(from, position, layout.mayBeAway, since);
      this.windows = new Map(layout.parts.map((part) => [part, aWindow()]));
      this.layout = layout.text;
    }
    return this.windows.get(name)!;
  }
}
