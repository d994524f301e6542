import { describe, expect, it } from '@jest/globals';
import { ExpiringCache } from './expiring-cache.js';

describe('a cache of answers that expire', () => {
  function aCache(maxEntries = 10) {
    const clock = { now: 0 };
    return { clock, cache: new ExpiringCache<string>(maxEntries, 3_000, () => clock.now) };
  }

  it('knows an answer for its life, counted from when it was known to be true', () => {
    const { cache, clock } = aCache();
    clock.now = 500;
    cache.set('a', 'yes', 0);
    clock.now = 2_999;
    expect(cache.get('a')).toBe('yes');
    clock.now = 3_000;
    expect(cache.get('a')).toBeUndefined();
  });

  it('does not live longer for being asked often', () => {
    const { cache, clock } = aCache();
    cache.set('a', 'yes', 0);
    for (clock.now = 0; clock.now < 3_000; clock.now += 100) expect(cache.get('a')).toBe('yes');
    expect(cache.get('a')).toBeUndefined();
  });

  it('makes room by giving up what was asked for longest ago', () => {
    const { cache } = aCache(2);
    cache.set('a', 'yes', 0);
    cache.set('b', 'yes', 0);
    cache.get('a');
    cache.set('c', 'yes', 0);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['yes', undefined, 'yes']);
  });

  it('takes the newer answer in the place of the older one, and gives up nothing for it', () => {
    const { cache } = aCache(2);
    cache.set('a', 'yes', 0);
    cache.set('b', 'yes', 0);
    cache.set('b', 'no', 0);
    expect([cache.get('a'), cache.get('b')]).toEqual(['yes', 'no']);
  });

  it('drops what it is asked to', () => {
    const { cache } = aCache();
    cache.set('a', 'yes', 0);
    cache.set('b', 'no', 0);
    cache.deleteWhere((value) => value === 'no');
    expect([cache.get('a'), cache.get('b')]).toEqual(['yes', undefined]);
  });
});
