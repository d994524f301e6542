import { describe, expect, it } from '@jest/globals';
import { monotonicNow } from './process-clocks.js';
import { endedCall } from './ended-call.js';

const NOW = { clockTime: new Date('2026-03-01T12:00:00.000Z'), liveMs: 1_000_000 };
const AGE_MS = 5_000;
/** On a busy machine this much time may pass between two lines of a test. */
const SLOW_MS = 60_000;

describe('a call that has ended', () => {
  it.each(['submission', 'inquiry'] as const)(
    'was made before its settlement by as much as has passed here since: a %s',
    (kind) => {
      const call = { kind, gateway: 'a-bank', attempt: 2, askedAtMs: monotonicNow() - AGE_MS } as const;
      const { askedAt, askedLiveMs, ...rest } = endedCall(call, NOW);
      expect(rest).toEqual({ kind, gateway: 'a-bank', attempt: 2 });
      for (const age of [NOW.clockTime.getTime() - askedAt.getTime(), NOW.liveMs - askedLiveMs!]) {
        expect(age).toBeGreaterThanOrEqual(AGE_MS);
        expect(age).toBeLessThan(AGE_MS + SLOW_MS);
      }
    },
  );

  it('by the other party, which called by itself, is dated by when that came, and by no live time', () => {
    const askedAt = new Date('2026-03-01T11:00:00.000Z');
    const call = { kind: 'callback', gateway: 'a-bank', attempt: 2, askedAt } as const;
    expect(endedCall(call, NOW)).toEqual(call);
  });
});
