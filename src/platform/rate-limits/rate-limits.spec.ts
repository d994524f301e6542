import { describe, expect, it } from '@jest/globals';
import { RateLimits } from './rate-limits.js';
import { SharedCounts } from './counts.js';

/** The counts of all processes, in memory. */
class CountsInMemory extends SharedCounts {
  readonly totals = new Map<string, number>();
  additions = 0;
  isAway = false;

  override add(subject: string, points: number) {
    if (this.isAway) return Promise.reject(new Error('away'));
    this.additions++;
    const total = (this.totals.get(subject) ?? 0) + points;
    this.totals.set(subject, total);
    return Promise.resolve({ total, resetMs: 400 });
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function aProcess(shared: SharedCounts | null = null) {
  const clock = { ms: 0 };
  const limits = new RateLimits(shared, () => clock.ms);
  /** How many of these requests are admitted. */
  const admitted = (requests: number, perSecond: number, subject = 'merchant:a:writes'): number =>
    Array.from({ length: requests }).filter(() => limits.take([{ subject, perSecond }]).admitted).length;
  return { limits, clock, admitted };
}

describe('the limit of a process', () => {
  it('admits so many in each second, and no more', () => {
    const { admitted, clock } = aProcess();
    expect(admitted(15, 10)).toBe(10);
    clock.ms = 999;
    expect(admitted(15, 10)).toBe(0);
    clock.ms = 1_000;
    expect(admitted(15, 10)).toBe(10);
  });

  it('is of each subject by itself', () => {
    const { admitted } = aProcess();
    expect(admitted(15, 10)).toBe(10);
    expect(admitted(15, 10, 'merchant:b:writes')).toBe(10);
    expect(admitted(15, 10, 'merchant:a:reads')).toBe(10);
  });

  it('says what is left, and takes nothing from the others when one is used up', () => {
    const { limits } = aProcess();
    const key = { subject: 'key:k', perSecond: 2 };
    const merchant = { subject: 'merchant:m', perSecond: 10 };
    expect(limits.take([key, merchant])).toEqual({ admitted: true, left: [1, 9], resetSeconds: 1 });
    expect(limits.take([key, merchant])).toEqual({ admitted: true, left: [0, 8], resetSeconds: 1 });
    expect(limits.take([key, merchant])).toEqual({ admitted: false, left: [0, 8], resetSeconds: 1 });
    expect(limits.take([{ ...key, subject: 'key:other' }, merchant])).toMatchObject({ left: [1, 7] });
  });

  it('forgets who has not been here for a second', () => {
    const { limits, clock } = aProcess();
    for (const second of [0, 1, 2, 3]) {
      clock.ms = second * 1_000;
      for (let i = 0; i < 100; i++) limits.take([{ subject: `key:${second}:${i}`, perSecond: 5 }]);
    }
    expect((limits as unknown as { counts: Map<string, unknown> }).counts.size).toBeLessThanOrEqual(200);
  });
});

describe('the limit of several processes', () => {
  it('is one for all of them, but for a twentieth each', async () => {
    const shared = new CountsInMemory();
    const one = aProcess(shared);
    const other = aProcess(shared);
    let total = 0;
    for (let i = 0; i < 100; i++) {
      total += one.admitted(1, 100) + other.admitted(1, 100);
      await settled();
    }
    expect(total).toBeGreaterThanOrEqual(100);
    expect(total).toBeLessThanOrEqual(110);
  });

  it('counts what has come while a block was on its way', async () => {
    const shared = new CountsInMemory();
    const { admitted } = aProcess(shared);
    admitted(20, 20);
    await settled();
    expect(shared.totals.get('merchant:a:writes')).toBe(20);
    expect(shared.additions).toBe(2);
  });

  it('is counted in blocks', async () => {
    const shared = new CountsInMemory();
    const { admitted } = aProcess(shared);
    for (let i = 0; i < 1_000; i++) {
      admitted(1, 1_000);
      await settled();
    }
    expect(shared.additions).toBe(20);
    expect(shared.totals.get('merchant:a:writes')).toBe(1_000);
  });

  it('counts nothing of a second into the next one, which it would use up though little is sent', async () => {
    const shared = new CountsInMemory();
    const { admitted, clock } = aProcess(shared);
    for (const second of [0, 1, 2]) {
      clock.ms = second * 1_000;
      admitted(40, 1_000);
      await settled();
    }
    expect(shared.totals.get('merchant:a:writes')).toBeUndefined();
  });

  it('starts again when the shared count does', async () => {
    const shared = new CountsInMemory();
    shared.totals.set('merchant:a:writes', 100);
    const { admitted, clock } = aProcess(shared);
    expect(admitted(5, 100)).toBe(5);
    await settled();
    expect(admitted(1, 100)).toBe(0);
    shared.totals.clear();
    clock.ms = 401;
    expect(admitted(1, 100)).toBe(1);
  });

  it('is the process’s own while the shared count cannot be reached', async () => {
    const shared = new CountsInMemory();
    shared.isAway = true;
    const { admitted, clock } = aProcess(shared);
    expect(admitted(50, 100)).toBe(50);
    await settled();
    expect(admitted(150, 100)).toBe(50);
    await settled();
    clock.ms = 1_000;
    expect(admitted(150, 100)).toBe(100);
  });
});
