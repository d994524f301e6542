import { firstIdOf, timeOfId } from '../../../shared/ids.js';

/**
 * A commit takes milliseconds, so each search begins this long before the end of the last one. Events that appear with
 * an earlier date are found by the wide search.
 */
export const OVERLAP_MS = 2_000;
export const WIDE_MS = 60_000;
const WIDE_EVERY_MS = 10_000;

/**
 * The longest time from the first search without an answer to one that is answered. Beyond it, the wide search might
 * not reach back far enough.
 */
const GAP_MS = 10_000;

/**
 * From which time on a stream looks for events, again and again, in a part that is read together. Times are the
 * database's, in milliseconds; `now` is the process's monotonic time.
 *
 * When a node that hung continues, it finishes the commits that were under way, with events dated when it began to
 * hang. So for a minute after such a gap, the wide searches begin where the window was before the gap, and that counts
 * as the window's position.
 */
export class EventWindow {
  /** While the window catches up: the last id that was read. Null afterwards. */
  private caughtUpTo: string | null;
  private nextWide = 0;
  /** When the first search began that is not answered yet; null if there is none. */
  private askedAt: number | null;
  /**
   * The position before a gap, and until when it is kept. `last`: it is dropped when the current search has reached its
   * end.
   */
  private held: { readonly at: number; readonly until: number; last: boolean } | null = null;

  /**
   * @param startMs nothing from before this time is looked for
   * @param reached the time up to which everything was seen, or is not wanted
   * @param mayHang whether the part is one of several nodes
   * @param unansweredSince when the first search began that is not answered yet; null if there is none
   */
  constructor(
    private readonly startMs: number,
    private reached: number,
    private readonly mayHang: boolean,
    unansweredSince: number | null,
  ) {
    this.caughtUpTo = firstIdOf(new Date(startMs));
    this.askedAt = unansweredSince;
  }

  /** The time up to which everything was seen. */
  get position(): number {
    return this.held?.at ?? this.reached;
  }

  /**
   * For the constructor of a window that continues from this one. While a position is kept, the gap is already known.
   */
  get unansweredSince(): number | null {
    return this.held === null ? this.askedAt : -Infinity;
  }

  /** The id from which the next search starts. */
  floor(now: number): string {
    if (this.mayHang) this.askedAt ??= now;
    return this.caughtUpTo ?? firstIdOf(new Date(this.floorMs(now)));
  }

  /**
   * Takes in an answered search. @param lastId the last id that was read, if there is more to read; null: the search
   * has seen everything there was at `nowMs`
   */
  look(lastId: string | null, nowMs: number, now: number): void {
    if (this.askedAt !== null && now - this.askedAt > GAP_MS)
      this.held = { at: this.position, until: now + WIDE_MS, last: false };
    this.askedAt = null;
    this.caughtUpTo = lastId;
    this.reached = lastId === null ? nowMs : Math.max(this.reached, timeOfId(lastId));
    if (lastId === null && this.held?.last === true) this.held = null;
  }

  private floorMs(now: number): number {
    const isWide = now >= this.nextWide;
    if (this.held !== null) this.held.last = isWide && now >= this.held.until;
    if (!isWide) return Math.max(this.startMs, this.reached - OVERLAP_MS);
    this.nextWide = now + WIDE_EVERY_MS;
    return Math.max(this.startMs, this.position - WIDE_MS);
  }
}
