/**
 * How long it pauses between two looks: at first it looks closely, and the longer it waits the less often. A look is mostly
 * a request or a statement, and many that wait at once would be the load of the test run.
 */
const PAUSE = { ofWaitedTime: 0.1, leastMs: 5, mostMs: 50 };

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
  everyMs?: number,
): Promise<void> {
  const start = performance.now();
  while (!(await holds())) {
    const waitedMs = performance.now() - start;
    if (waitedMs > withinMs) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs ?? pauseAfter(waitedMs)));
  }
}

function pauseAfter(waitedMs: number): number {
  return Math.min(Math.max(PAUSE.leastMs, waitedMs * PAUSE.ofWaitedTime), PAUSE.mostMs);
}
