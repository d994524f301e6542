/** While nothing is wrong, a wall clock is stepped or slewed by less than this. */
const JUMP_MS = 1_000;
const LOOK_EVERY_MS = 1_000;

/** If a clock keeps jumping, the oldest jumps are merged. */
const MAX_JUMPS = 100;

/** By how much the wall clock gained on the monotonic clock, and the monotonic times of the looks before and after. */
interface Jump {
  readonly after: number;
  readonly before: number;
  readonly ms: number;
}

/**
 * What this process has observed of its two clocks. The monotonic clock stands still while the machine sleeps or its
 * image is moved to another host, while other workers go on.
 */
class ProcessClocks {
  private readonly jumps: Jump[] = [];
  private last = { at: performance.now(), wallAhead: Date.now() - performance.now() };
  private timer: NodeJS.Timeout | null = null;
  private watchers = 0;

  /** Looks every second, so that the time of a sleep is known closely. @returns a function that ends this watch */
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

  /**
   * Two merged jumps count as one, between the first look of the older and the last look of the newer. So less of it
   * has certainly happened since a given time, and more of it may have.
   */
  private note(jump: Jump): void {
    this.jumps.push(jump);
    if (this.jumps.length <= MAX_JUMPS) return;
    const [oldest, next] = this.jumps.splice(0, 2) as [Jump, Jump];
    this.jumps.unshift({ after: oldest.after, before: next.before, ms: oldest.ms + next.ms });
  }
}

/** A process has one wall clock and one monotonic clock. */
const clocks = new ProcessClocks();

/** For processes that call gateways. @returns a function that ends the watch */
export const watchClocks = (): (() => void) => clocks.watch();

/**
 * How long ago that was, in milliseconds. A jump of the wall clock counts in `atMost` if it may have happened since
 * then, and in `atLeast` only if it certainly has. By `atMost` a call is not begun when too much time may have passed;
 * by `atLeast` an answer is dated. A wall clock that somebody sets ahead looks like a sleep.
 * @param since what {@link monotonicNow} returned then
 */
export function elapsedSince(since: number): { readonly atLeast: number; readonly atMost: number } {
  const elapsed = Math.max(0, monotonicNow() - since);
  return {
    atLeast: elapsed + clocks.gained(({ after }) => after >= since),
    atMost: elapsed + clocks.gained(({ before }) => before > since),
  };
}

/**
 * `performance.now()`, after a look at both clocks, so that a sleep which begins later certainly counts as later. Call
 * it at the beginning of whatever has its age measured.
 */
export function monotonicNow(): number {
  return clocks.look();
}
