/** How far the service's clock is ahead of this machine's, in milliseconds, by the last answer. */
let aheadMs = 0;

/** Each answer says when it was given (`Date`, to the second). None is from a cache. */
export function noteDate(headers: Headers): void {
  const at = Date.parse(headers.get('date') ?? '');
  if (!Number.isNaN(at)) aheadMs = at - Date.now();
}

/** Milliseconds since 1970 by the service's clock: how old a key is must not depend on what somebody set here. */
export function serviceNow(): number {
  return Date.now() + aheadMs;
}
