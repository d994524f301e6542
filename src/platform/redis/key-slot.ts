/** The number of slots that the keys of a cluster are spread over. */
export const SLOTS = 16_384;

/**
 * The slot of a key, by the specification of Redis Cluster: the CRC-16/XMODEM of the text in the key's first braces, or
 * of the whole key if there is none.
 */
export function keySlot(key: string): number {
  const tag = /\{([^}]+)\}/.exec(key);
  // Only the first brace counts: `{}{tag}` has no tag.
  const hashed = tag !== null && tag.index === key.indexOf('{') ? tag[1]! : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed, 'utf8')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc % SLOTS;
}
