import { firstIdOf, timeOfId } from '../../../shared/ids.js';

/** A commit takes milliseconds; what is dated earlier when it appears is found by the wide look. */
export const OVERLAP_MS = 2_000;
export const WIDE_MS = 60_000;
const WIDE_EVERY_MS = 10_000;

/** From the first look that was not answered to the one that was. Beyond it, the wide look might not reach back. */
const GAP_MS = 10_000;

/**
 * From when on a stream looks for events, again and again, in what is read together. Times are the database's, in
 * milliseconds; `now` is the process's monotonic time.
 *
 * When a node that hung continues, it finishes the commits that it was at, with events of that time. So for a minute after
 * such a gap the wide looks begin where the window was before it, and the window counts as being there.
 */
export class EventWindow {
  /** While it catches up: the last id that was looked at. */
  private caughtUpTo: string | null;
  private nextWide = 0;
  /** When the first look began that has not been answered yet. */
  private askedAt: number | null;
  /** Where it was before a gap, and until when it stays there; `last`: it is left when the look has come to its end. */
  private held: { readonly at: number; readonly until: number; last: boolean } | null = null;

  /**
   * @param startMs nothing from before is looked for
   * @param reached up to when everything was seen, or is not asked for
   * @param mayHang whether what is read is one of several nodes
   * @param unansweredSince when the first look began that has not been answered yet; null: none
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

  /** Up to when everything was seen. */
  get position(): number {
    return this.held?.at ?? this.reached;
  }

  /** For a window that continues from it: as for the constructor. While it is held, the gap has been found. */
  get unansweredSince(): number | null {
    return this.held === null ? this.askedAt : -Infinity;
  }

  /** The id from which on is looked. */
  floor(now: number): string {
    if (this.mayHang) this.askedAt ??= now;
    return this.caughtUpTo ?? firstIdOf(new Date(this.floorMs(now)));
  }

  /** @param lastId of a look that has not come to its end; null: it has seen what there was at `nowMs` */
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
