import { describe, expect, it } from '@jest/globals';
import { longestPlansMs, ownRetryAfterMs, retryAfterMs } from './delivery.js';

const HOUR = 3_600_000;

describe('the retries of a delivery', () => {
  it('come after seconds, minutes and hours, nine times', () => {
    const delays = Array.from({ length: 10 }, (_, i) => retryAfterMs(i + 1, 1, 0.5));
    expect(delays).toEqual([
      5_000,
      300_000,
      HOUR / 2,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
      null,
    ]);
  });

  it('are a tenth earlier or later, so that what failed together comes apart', () => {
    expect([0, 1].map((random) => retryAfterMs(2, 1, random))).toEqual([270_000, 330_000]);
  });

  it('come sooner where everything is scaled', () => {
    expect(retryAfterMs(2, 0.001, 0.5)).toBe(300);
    expect(retryAfterMs(10, 0.001, 0.5)).toBeNull();
  });

  it('come soon, and without an end, after what was our own fault', () => {
    expect([0, 0.5, 1].map((random) => ownRetryAfterMs(1, random))).toEqual([27_000, 30_000, 33_000]);
  });

  it.each([1, 0.001, 0])(
    'are planned no further ahead than what is called misdated, where all is scaled by %s',
    (scale) => {
      const longest = longestPlansMs(scale);
      expect(longest).toHaveLength(11);
      for (const [tries, ms] of longest.entries())
        for (const plan of [retryAfterMs(tries, scale, 1), ownRetryAfterMs(scale, 1)])
          expect(plan ?? 0).toBeLessThanOrEqual(ms);
      expect(Math.max(...longestPlansMs(1))).toBe(26.4 * HOUR);
    },
  );
});
