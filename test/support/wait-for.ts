/**
 * How long it pauses between two looks: at first it looks closely, and the longer it waits the less often. A look is mostly
 * a request or a statement, and many that wait at once would be the load of the test run.
 */
export interface Pause {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** For what costs a request: five milliseconds would be a load test where many are waited for at once. */
export const BY_REQUEST: Pause = { leastMs: 40, mostMs: 40 };

/** The same, where what is waited for stays as it is. */
export const BY_REQUEST_FOR_AN_END: Pause = { leastMs: 40, mostMs: 200 };

const OF_WAITED_TIME = 0.1;
const PAUSE: Pause = { leastMs: 5, mostMs: 50 };

/**
 * So long it waits in vain before it gives up: beyond what any work takes on a machine that has ten times as much to do.
 * Only where the product promises to be quicker has a test a bound of its own.
 */
export const PATIENCE_MS = 90_000;

/** Asks again and again until the answer is yes. Tests wait for what they mean, never for time to pass. */
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
