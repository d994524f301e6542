/** A wall clock is set, and slewed, by less while nothing is wrong. */
const JUMP_MS = 1_000;
const LOOK_EVERY_MS = 1_000;

/** Of a clock that jumps all the time the oldest are taken together. */
const MAX_JUMPS = 100;

/** What the wall clock has gained on the monotonic one, and between which two looks, by the monotonic one. */
interface Jump {
  readonly after: number;
  readonly before: number;
  readonly ms: number;
}

/**
 * What this process has seen of both its clocks. The monotonic one stands still while the machine sleeps or its image is
 * moved, and other workers go on.
 */
class BothClocks {
  private readonly jumps: Jump[] = [];
  private last = { at: performance.now(), wallAhead: Date.now() - performance.now() };
  private timer: NodeJS.Timeout | null = null;
  private watchers = 0;

  /** Looks each second, so that it is known closely when a sleep was. @returns ends that, for who has begun it */
  watch(): () => void {
    this.watchers++;
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.watchers > 0 || this.timer === null) return;
      clearInterval(this.timer);
      this.timer = null;
    };
  }

  look(): number {
    const at = performance.now();
    const wallAhead = Date.now() - at;
    const ms = wallAhead - this.last.wallAhead;
    if (ms > JUMP_MS) this.note({ after: this.last.at, before: at, ms });
    this.last = { at, wallAhead };
    return at;
  }

  gained(counts: (jump: Jump) => boolean): number {
    return this.jumps.filter(counts).reduce((sum, { ms }) => sum + ms, 0);
  }

  /** Two that are taken together are one between their first look and their last: less of it is sure, and more may have been. */
  private note(jump: Jump): void {
    this.jumps.push(jump);
    if (this.jumps.length <= MAX_JUMPS) return;
    const [oldest, next] = this.jumps.splice(0, 2) as [Jump, Jump];
    this.jumps.unshift({ after: oldest.after, before: next.before, ms: oldest.ms + next.ms });
  }
}

/** A process has one of each. */
const clocks = new BothClocks();

/** For who makes calls. @returns ends the watch */
export const watchClocks = (): (() => void) => clocks.watch();

/**
 * How long ago that was, in milliseconds. A gain of the wall clock counts from `atMost` when it may have been since
 * then, and for `atLeast` when it has surely been: a call is not made if too much time may have passed, and its answer
 * is as old as is sure. A wall clock that somebody sets ahead looks the same.
 * @param since what {@link monotonicNow} was then
 */
export function elapsedSince(since: number): { readonly atLeast: number; readonly atMost: number } {
  const elapsed = Math.max(0, monotonicNow() - since);
  return {
    atLeast: elapsed + clocks.gained(({ after }) => after >= since),
    atMost: elapsed + clocks.gained(({ before }) => before > since),
  };
}

/**
 * `performance.now()`, after a look at both clocks: a sleep that begins after it has surely been since then. To be taken
 * where something begins whose age counts.
 */
export function monotonicNow(): number {
  return clocks.look();
}
