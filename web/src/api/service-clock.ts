/** How far the service's clock is ahead of this machine's, in milliseconds, according to the last answer. */
let aheadMs = 0;

/** Each answer says when it was given (`Date`, to the second). Answers never come from a cache. */
export function noteDate(headers: Headers): void {
  const at = Date.parse(headers.get('date') ?? '');
  if (!Number.isNaN(at)) aheadMs = at - Date.now();
}

/**
 * Milliseconds since 1970 by the service's clock: the age of a key must not depend on how this machine's clock is set.
 */
export function serviceNow(): number {
  return Date.now() + aheadMs;
}
