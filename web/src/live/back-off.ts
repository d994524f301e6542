const FIRST_MS = 1_000;
const MOST_MS = 30_000;

/**
 * How long to wait before the next try to connect. It doubles after each failure, up to half a minute. The wait is a
 * random part between half of that and all of it, so that the browsers do not all come back at once after a restart.
 * @param failures in a row; 0 after a stream that was open
 * @param chance from 0 to 1
 * @param least what the service has asked for (`Retry-After`)
 */
export function backOffMs(failures: number, chance: number, least = 0): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(least, Math.round(most / 2 + (most / 2) * chance));
}
