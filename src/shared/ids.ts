/**
 * 128-bit identifiers that sort by the time they were drawn (RFC 9562 §5.7, UUID version 7), in their lower-case text
 * form.
 */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_ANY_CASE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A text in the canonical form, any UUID version. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The canonical (lower-case) form of a UUID that a caller typed, or null if the text is not a UUID. */
export function parseUuid(text: string): string | null {
  return UUID_ANY_CASE.test(text) ? text.toLowerCase() : null;
}

/** An id has 48 bits for the milliseconds since 1970. */
const MAX_ID_MS = 2 ** 48 - 1;

/** Random bytes are drawn from the system in blocks: one call per id would cost more than the id. */
const POOL_BYTES = 4096;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

function randomBytes(count: number): Uint8Array {
  if (used + count > POOL_BYTES) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/**
 * A new id for the moment `nowMs` (milliseconds since 1970) that sorts after `last`. Within one millisecond, and when
 * the clock is behind the time of `last`, it counts on from `last` in random steps, so that ids drawn one after the
 * other under one lock always increase.
 * @param shardHint three hexadecimal digits that replace the first random bits
 */
export function nextId(nowMs: number, last: string | null = null, shardHint: string | null = null): string {
  const lastMs = last === null ? -1 : timeOfId(last);
  if (last !== null && nowMs <= lastMs) return countOn(last);
  const random = randomBytes(10);
  const time = hex(nowMs, 12);
  const a = shardHint ?? hex(((random[0]! << 8) | random[1]!) & 0x0fff, 3);
  // The highest random bit stays 0, so that counting on has room before the random part is used up.
  const b = 0x8000 | (((random[2]! << 8) | random[3]!) & 0x1fff);
  const c = hex(random[4]!, 2) + hex(random[5]!, 2) + hex(random[6]!, 2);
  const d = hex(random[7]!, 2) + hex(random[8]!, 2) + hex(random[9]!, 2);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${hex(b, 4)}-${c}${d}`;
}

/**
 * `last` plus a random step of 1 to 2^32 in its 74 random bits. When the random part overflows, the next millisecond
 * begins.
 */
function countOn(last: string): string {
  const step = randomBytes(4);
  const add = ((step[0]! << 24) | (step[1]! << 16) | (step[2]! << 8) | step[3]!) >>> 0;
  const tail = parseInt(last.slice(24), 16) + add + 1;
  if (tail < 2 ** 48) return last.slice(0, 24) + hex(tail, 12);
  const b = parseInt(last.slice(19, 23), 16) + 1;
  const carried = hex(tail - 2 ** 48, 12);
  if (b <= 0xbfff) return `${last.slice(0, 19)}${hex(b, 4)}-${carried}`;
  const a = parseInt(last.slice(15, 18), 16) + 1;
  if (a <= 0xfff) return `${last.slice(0, 15)}${hex(a, 3)}-8000-${carried}`;
  const time = hex(timeOfId(last) + 1, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${carried}`;
}

/** Sorts before every id that is drawn, and identifies nothing (RFC 9562 §5.9). */
export const NIL_ID = '00000000-0000-0000-0000-000000000000';

/** When an id was drawn, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Not greater than any id drawn at this moment or later, and greater than every earlier id. */
export function firstIdOf(moment: Date): string {
  const time = hex(Math.min(Math.max(moment.getTime(), 0), MAX_ID_MS), 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
