import { describe, expect, it } from '@jest/globals';
import { FailureRate } from './failure-rate.js';

const aRate = (): FailureRate => new FailureRate({ threshold: 0.5, size: 20, minimumCalls: 10 });

/** Records one call per character: `a` was answered, `-` was not. @returns the verdict on the last one */
function after(calls: string): boolean {
  const rate = aRate();
  let isTooHigh = false;
  for (const call of calls) isTooHigh = rate.record(call === 'a');
  return isTooHigh;
}

describe('a failure rate', () => {
  it('concludes nothing from fewer than the minimum of calls', () => {
    expect(after('-'.repeat(9))).toBe(false);
    expect(after('-'.repeat(10))).toBe(true);
  });

  it('is too high when more than half of the calls failed, not when half did', () => {
    expect(after('aaaaa-----')).toBe(false);
    expect(after('aaaa------')).toBe(true);
  });

  it('counts the last twenty calls only', () => {
    expect(after('a'.repeat(100) + '-'.repeat(10))).toBe(false);
    expect(after('a'.repeat(100) + '-'.repeat(11))).toBe(true);
    expect(after('-'.repeat(9) + 'a'.repeat(20) + '-'.repeat(10))).toBe(false);
  });

  it('is not too high by a call that was answered', () => {
    expect(after('-'.repeat(15) + 'a')).toBe(false);
  });
});
