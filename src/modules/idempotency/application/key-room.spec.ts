import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RememberedKeys } from '../domain/remembered-keys.js';
import { KeyRoom } from './key-room.js';

const MAX = 1_000;
/** A hundredth of the bound: keys are counted after at least this many requests. */
const STEP = 10;

/** Keys in memory, by merchant; a count takes as long as the test says. */
class KeysInMemory extends RememberedKeys {
  readonly counted: string[] = [];
  readonly counts = new Map<string, number>();
  countTakesMs = 0;
  isAway = false;

  override has(): Promise<boolean> {
    return Promise.resolve(false);
  }

  override madeUnder(): Promise<string | null> {
    return Promise.resolve(null);
  }

  override async count(merchantId: string, upTo: number): Promise<number> {
    this.counted.push(merchantId);
    await new Promise((resolve) => setTimeout(resolve, this.countTakesMs));
    if (this.isAway) throw new Error('away');
    return Math.min(upTo, this.counts.get(merchantId) ?? 0);
  }
}

let keys: KeysInMemory;
let room: KeyRoom;

beforeEach(() => {
  jest.useFakeTimers();
  keys = new KeysInMemory();
  room = new KeyRoom(keys, { windowHours: 24, keysPerMerchant: MAX });
});

afterEach(() => {
  jest.useRealTimers();
});

/** For how many of these requests there is room. */
function taken(requests: number, merchantId = 'acme'): number {
  return Array.from({ length: requests }, () => room.termsFor(merchantId)).filter(({ windowHours, fullAt }) => {
    expect([windowHours, fullAt ?? MAX]).toEqual([24, MAX]);
    return fullAt === null;
  }).length;
}

const passed = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('the room for a merchant’s keys', () => {
  it('is counted in the background after a tenth of the remaining room was used', async () => {
    keys.counts.set('acme', 500);
    expect(taken(STEP - 1)).toBe(STEP - 1);
    expect(keys.counted).toHaveLength(0);
    taken(1);
    await passed(1);
    expect(keys.counted).toHaveLength(1);
    taken(49);
    await passed(1);
    expect(keys.counted).toHaveLength(1);
    taken(1);
    await passed(1);
    expect(keys.counted).toHaveLength(2);
  });

  it('is zero once a count has found the limit, and is there again after keys were removed', async () => {
    keys.counts.set('acme', MAX);
    expect(taken(STEP)).toBe(STEP);
    await passed(1);
    expect(taken(5)).toBe(0);
    expect(taken(1, 'zen')).toBe(1);
    keys.counts.set('acme', MAX - 1);
    await passed(10_000);
    expect(taken(1)).toBe(0);
    await passed(1);
    expect(taken(1)).toBe(1);
  });

  it('that is used up is looked at for a tenth of the time, however long it takes', async () => {
    keys.counts.set('acme', MAX);
    keys.countTakesMs = 5_000;
    taken(STEP);
    await passed(5_000);
    expect(keys.counted).toHaveLength(1);
    await passed(49_000);
    taken(1);
    expect(keys.counted).toHaveLength(1);
    await passed(1_000);
    taken(1);
    await passed(1);
    expect(keys.counted).toHaveLength(2);
  });

  it('is looked at for one merchant after the other', async () => {
    keys.countTakesMs = 1_000;
    for (const merchant of ['acme', 'zen', 'yes']) taken(STEP, merchant);
    await passed(1);
    expect(keys.counted).toEqual(['acme']);
    await passed(1_000);
    expect(keys.counted).toEqual(['acme', 'zen']);
    await passed(1_000);
    expect(keys.counted).toEqual(['acme', 'zen', 'yes']);
  });

  it('is taken to be there while it cannot be looked at', async () => {
    keys.counts.set('acme', MAX);
    keys.isAway = true;
    taken(STEP);
    await passed(1);
    expect(taken(STEP)).toBe(STEP);
    keys.isAway = false;
    await passed(1);
    taken(STEP);
    await passed(1);
    expect(taken(1)).toBe(0);
  });
});
