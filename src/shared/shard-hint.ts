/**
 * A book puts a hint into each id that it draws: the first bits of the hash by which Citus finds the book's shard. In
 * the id they take the place of the first random bits.
 */
const HINT_BITS = 12;

/** Where the hint is in the text of an id: the three digits between version and variant. */
const HINT_START = 15;
const HINT_END = 18;

/** A range of PostgreSQL's hashes, both included: shards are ranges of them. */
export interface HashRange {
  readonly from: number;
  readonly to: number;
}

/** The hint of a merchant's book, as three hexadecimal digits. */
export function shardHintOf(merchantId: string): string {
  return (uuidHash(merchantId) >>> (32 - HINT_BITS)).toString(16).padStart(HINT_END - HINT_START, '0');
}

/**
 * The hashes that the merchant's id may have, according to the id of one of the merchant's rows. They only say where to
 * look first: ids of earlier versions have random bits there, and a caller may have made an id up.
 */
export function hashesHintedIn(id: string): HashRange {
  const from = parseInt(id.slice(HINT_START, HINT_END), 16) << (32 - HINT_BITS);
  return { from, to: from | (2 ** (32 - HINT_BITS) - 1) };
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
