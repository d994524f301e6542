/**
 * How long to pause between two checks: briefly at first, and longer the longer the wait. A check is usually a request
 * or a statement, and many waits at once would otherwise be most of the load of the test run.
 */
export interface Pause {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** For checks that cost a request: at five milliseconds many waits at once would become a load test. */
export const BY_REQUEST: Pause = { leastMs: 40, mostMs: 40 };

/** The same, for a state that does not change again. */
export const BY_REQUEST_FOR_AN_END: Pause = { leastMs: 40, mostMs: 200 };

const OF_WAITED_TIME = 0.1;
const PAUSE: Pause = { leastMs: 5, mostMs: 50 };

/**
 * How long to wait before giving up: longer than any work takes even on a machine with ten times as much to do. A test
 * has a limit of its own only where the product promises to be faster.
 */
export const PATIENCE_MS = 90_000;

/** Checks repeatedly until the condition holds. Tests wait for a condition, never for time to pass. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  withinMs = PATIENCE_MS,
  pause: Pause | number = PAUSE,
): Promise<void> {
  const start = performance.now();
  while (!(await holds())) {
    const waitedMs = performance.now() - start;
    if (waitedMs > withinMs) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(waitedMs, pause)));
  }
}

function pauseAfter(waitedMs: number, pause: Pause | number): number {
  if (typeof pause === 'number') return pause;
  return Math.min(Math.max(pause.leastMs, waitedMs * OF_WAITED_TIME), pause.mostMs);
}
