import type { EventPart } from '../../../platform/outbox/outbox.public.js';
import { EventWindow, OVERLAP_MS, WIDE_MS } from './event-window.js';
import { ShownNumbers } from './shown-numbers.js';
import type { StreamMessage } from './stream-message.js';

/** Events that one look at all nodes finds, and so the most that it reads. */
const PLACES = 500;

const DAY_MS = 86_400_000;

/**
 * Where a stream of all merchants' events has come. Across merchants nothing is in the order of the commits, so what is
 * recent is looked at again and again, and tells which merchants have something new; each one's events are then read
 * behind its last number. So a merchant's events come in order and without a gap, and one that was overlooked comes with
 * the next. A reader goes on by time, a minute before: it is shown some again.
 *
 * Where events lie on several nodes, each has a window of its own, as one may be away. The time by which a reader goes on
 * is that of the node whose events are missing for longest, so that none is passed over: the others' are shown again.
 */
export class AllEvents {
  private readonly shown = new ShownNumbers();
  /** As it was at the last look; null: before the first. */
  private layout: string | null = null;
  private windows: ReadonlyMap<string, EventWindow> = new Map();

  private constructor(
    private readonly startMs: number,
    private readonly start: number,
    readonly begins: readonly StreamMessage[],
  ) {}

  /** @param from the position that the reader has, in milliseconds; null: what happens from now on */
  static from(from: number | null, nowMs: number, retentionDays: number): AllEvents {
    if (from === null) return new AllEvents(nowMs - OVERLAP_MS, nowMs, []);
    const oldest = nowMs - retentionDays * DAY_MS;
    const to = from > nowMs + WIDE_MS ? nowMs : Math.max(from, oldest);
    const reset = { id: to, reset: { created_from: new Date(to).toISOString() } };
    return new AllEvents(to - WIDE_MS, to, to === from ? [] : [reset]);
  }

  /**
   * Shows what is new in a part, at once with what is said of how far it has come: other parts may be looked at meanwhile.
   * @returns whether there may be more already
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
    // Only the last message has the new position: a reader that is cut off before it goes on from the old one.
    show(fresh.map((event, i) => ({ id: i === fresh.length - 1 ? this.position : before, event })));
    return last !== null;
  }

  private get position(): number {
    const all = [...this.windows.values()].map(({ position }) => position);
    return all.length === 0 ? this.start : Math.min(...all);
  }

  /** Where a shard was moved, or a node replaced, all are looked at again from where the last of them was. */
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
