/** If the browser is not idle within this time, waiting ends. */
const AT_MOST_MS = 2_000;

/** Waits until the browser has drawn everything. Safari has no `requestIdleCallback`. */
export function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: AT_MOST_MS });
    else setTimeout(resolve, AT_MOST_MS / 10);
  });
}
