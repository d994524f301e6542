import { describe, expect, it } from '@jest/globals';
import { keySlot } from './key-slot.js';

describe('the slot of a key in a cluster', () => {
  // The specification's own vector: CRC16("123456789") is 0x31C3. The others are from `CLUSTER KEYSLOT`.
  it.each([
    ['123456789', 0x31c3],
    ['foo', 12_182],
    ['{foo}:bar', 12_182],
    ['a{foo}b{bar}', 12_182],
    ['foo{}{bar}', 8_363],
    ['foo{{bar}}zap', 4_015],
    ['', 0],
  ])('of %s is %d', (key, slot) => {
    expect(keySlot(key)).toBe(slot);
  });
});
