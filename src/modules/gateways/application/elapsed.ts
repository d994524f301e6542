/** A wall clock is set, and slewed, by less while nothing is wrong. */
const JUMP_MS = 1_000;

/** What this process has seen its wall clock gain on its monotonic one, and when, by the monotonic one. */
const jumps: { readonly seenAt: number; readonly ms: number }[] = [];
let wallAhead = Date.now() - performance.now();

/**
 * How long ago that was, in milliseconds.
 * @param since `performance.now()` of then
 *
 * The monotonic clock stands still while the machine sleeps or its image is moved, and other workers go on: the wall
 * clock shows it afterwards. A wall clock that somebody sets ahead looks the same. Then more seems to have passed than
 * has, and a call is not made, or its answer counts as older than it is: the other party is asked once more.
 */
export function elapsedSince(since: number): number {
  const now = performance.now();
  const ahead = Date.now() - now;
  if (ahead - wallAhead > JUMP_MS) jumps.push({ seenAt: now, ms: ahead - wallAhead });
  wallAhead = ahead;
  return jumps.reduce((sum, { seenAt, ms }) => (seenAt >= since ? sum + ms : sum), Math.max(0, now - since));
}
