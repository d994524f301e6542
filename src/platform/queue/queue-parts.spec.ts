import { describe, expect, it } from '@jest/globals';
import { partOf } from './queue-parts.js';

describe('the part of its queue that a job is put into', () => {
  const of = (merchantId: string, parts: number) => partOf({ id: 'any', data: { merchantId } }, parts);

  it('is the only one where there is one', () => {
    expect(of('a', 1)).toBe(0);
  });

  it('is the merchant’s, by whichever process it is put there', () => {
    // Fixed values: if the part were computed differently, two jobs of one payout could wait at the same time during an
    // upgrade.
    expect(['a', 'b', 'c', 'd'].map((merchant) => of(merchant, 8))).toEqual([2, 6, 3, 3]);
    expect(partOf({ id: 'other', data: { merchantId: 'a', payoutId: 'p' } }, 8)).toBe(2);
  });

  it('follows from the id where a job is no merchant’s, and for a wake of all merchants', () => {
    const parts = ['callback-1', 'callback-2'].map((id) => partOf({ id, data: { gateway: 'g' } }, 8));
    expect(partOf({ id: 'callback-1', data: { merchantId: '' } }, 8)).toBe(parts[0]);
  });

  it('has each about as many merchants', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let n = 0; n < 8_000; n++) counts[of(`merchant-${n}`, 8)]!++;
    for (const count of counts) {
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1_150);
    }
  });
});
