/** An id that a book has drawn says by so many bits, behind its time, which shard the book lies in. */
const MARK_BITS = 12;

/** Of a UUID's text: where the 12 bits between version and variant stand. */
const MARK_START = 15;
const MARK_END = 18;

/** A range of PostgreSQL's hashes, both included: shards are ranges of them. */
export interface HashRange {
  readonly from: number;
  readonly to: number;
}

/** The first bits of the hash by which the book's shard is found, as three hexadecimal digits. */
export function markOf(merchantId: string): string {
  return (uuidHash(merchantId) >>> (32 - MARK_BITS)).toString(16).padStart(MARK_END - MARK_START, '0');
}

/**
 * Which hashes the merchant's id may have, going by the id of something of theirs. Only where to look first: ids from before
 * there were marks say nothing, and neither does what a caller made up.
 */
export function hashesMarkedIn(id: string): HashRange {
  const from = parseInt(id.slice(MARK_START, MARK_END), 16) << (32 - MARK_BITS);
  return { from, to: from | (2 ** (32 - MARK_BITS) - 1) };
}

/** As PostgreSQL's `uuid_hash` on a little-endian server: Bob Jenkins' lookup3 of the id's sixteen bytes. */
export function uuidHash(id: string): number {
  const digits = id.replaceAll('-', '');
  const word = (n: number): number =>
    parseInt(digits.slice(8 * n, 8 * n + 8).replace(/(..)(..)(..)(..)/, '$4$3$2$1'), 16);
  const start = (0x9e3779b9 + 16 + 3_923_095) | 0;
  let a = (start + word(0)) | 0;
  let b = (start + word(1)) | 0;
  let c = (start + word(2)) | 0;
  a = (a - c) ^ turned(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ turned(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ turned(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ turned(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ turned(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ turned(b, 4);
  b = (b + a) | 0;
  a = (a + word(3)) | 0;
  for (const [x, y, z] of [
    [14, 11, 25],
    [16, 4, 14],
  ] as const) {
    c = ((c ^ b) - turned(b, x)) | 0;
    a = ((a ^ c) - turned(c, y)) | 0;
    b = ((b ^ a) - turned(a, z)) | 0;
  }
  return ((c ^ b) - turned(b, 24)) | 0;
}

const turned = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
