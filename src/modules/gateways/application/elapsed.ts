/** A wall clock is set, and slewed, by less while nothing is wrong. */
const JUMP_MS = 1_000;
const LOOK_EVERY_MS = 1_000;

/**
 * What this process has seen its wall clock gain on its monotonic one, and between which two looks, by the monotonic
 * one. The monotonic clock stands still while the machine sleeps or its image is moved, and other workers go on.
 */
const jumps: { readonly after: number; readonly before: number; readonly ms: number }[] = [];
let last = { at: performance.now(), wallAhead: Date.now() - performance.now() };

setInterval(monotonicNow, LOOK_EVERY_MS).unref();

/**
 * How long ago that was, in milliseconds. A gain of the wall clock counts from `atMost` when it may have been since
 * then, and for `atLeast` when it has surely been: a call is not made if too much time may have passed, and its answer
 * is as old as is sure. A wall clock that somebody sets ahead looks the same.
 * @param since what {@link monotonicNow} was then
 */
export function elapsedSince(since: number): { readonly atLeast: number; readonly atMost: number } {
  const elapsed = Math.max(0, monotonicNow() - since);
  const gained = (counts: (jump: (typeof jumps)[number]) => boolean): number =>
    jumps.filter(counts).reduce((sum, { ms }) => sum + ms, 0);
  return {
    atLeast: elapsed + gained(({ after }) => after >= since),
    atMost: elapsed + gained(({ before }) => before > since),
  };
}

/**
 * `performance.now()`, after a look at both clocks: a sleep that begins after it has surely been since then. To be taken
 * where something begins whose age counts.
 */
export function monotonicNow(): number {
  const at = performance.now();
  const wallAhead = Date.now() - at;
  if (wallAhead - last.wallAhead > JUMP_MS) jumps.push({ after: last.at, before: at, ms: wallAhead - last.wallAhead });
  last = { at, wallAhead };
  return at;
}
