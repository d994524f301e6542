import { firstIdOf, timeOfId } from '../../../shared/ids.js';

/** A commit takes milliseconds; what is dated earlier when it appears is found by the wide look. */
export const OVERLAP_MS = 2_000;
export const WIDE_MS = 60_000;
const WIDE_EVERY_MS = 10_000;

/** Between two looks at what is there, on a busy machine. Above it was away, or the wide look would not reach back. */
const GAP_MS = 10_000;

/**
 * From when on a stream looks for events, again and again, in what is read together. Times are the database's, in
 * milliseconds; `now` is the process's monotonic time.
 *
 * A node that hung ends, once it goes on, the commits that it was at, with events of that time. So after a gap the wide looks
 * begin, for a minute, where it was before the gap, and there the window counts as being.
 */
export class EventWindow {
  /** While it catches up: the last id that was looked at. */
  private caughtUpTo: string | null;
  private nextWide = 0;
  /** Where it was before a gap, and until when it stays there; `last`: it is left when the look has come to its end. */
  private held: { readonly at: number; readonly until: number; last: boolean } | null = null;

  /**
   * @param startMs nothing from before is looked for @param reached up to when everything was seen, or is not asked for
   * @param looked when that was, where what is read may be away; null: it may not
   */
  constructor(
    private readonly startMs: number,
    private reached: number,
    private looked: number | null,
  ) {
    this.caughtUpTo = firstIdOf(new Date(startMs));
  }

  /** Up to when everything was seen. */
  get position(): number {
    return this.held?.at ?? this.reached;
  }

  /** Since when it has been there, for one that goes on from it. Null: what is read may not be away. */
  get since(): number | null {
    return this.held === null ? this.looked : -Infinity;
  }

  /** The id from which on is looked. */
  floor(now: number): string {
    return this.caughtUpTo ?? firstIdOf(new Date(this.floorMs(now)));
  }

  /** @param lastId of a look that has not come to its end; null: it has seen what there was at `nowMs` */
  look(lastId: string | null, nowMs: number, now: number): void {
    if (this.looked !== null) this.hold(this.looked, now);
    this.caughtUpTo = lastId;
    this.reached = lastId === null ? nowMs : Math.max(this.reached, timeOfId(lastId));
    if (lastId === null && this.held?.last === true) this.held = null;
  }

  private hold(before: number, now: number): void {
    if (now - before > GAP_MS) this.held = { at: this.position, until: now + WIDE_MS, last: false };
    this.looked = now;
  }

  private floorMs(now: number): number {
    const isWide = now >= this.nextWide;
    if (this.held !== null) this.held.last = isWide && now >= this.held.until;
    if (!isWide) return Math.max(this.startMs, this.reached - OVERLAP_MS);
    this.nextWide = now + WIDE_EVERY_MS;
    return Math.max(this.startMs, this.position - WIDE_MS);
  }
}
