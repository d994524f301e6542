/** Whoever is never idle for so long waits no more. */
const AT_MOST_MS = 2_000;

/** Until the browser has drawn what there is to be drawn. Safari does not say so. */
export function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: AT_MOST_MS });
    else setTimeout(resolve, AT_MOST_MS / 10);
  });
}
