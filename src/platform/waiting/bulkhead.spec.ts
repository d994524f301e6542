import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Bulkhead } from './bulkhead.js';

describe('a bulkhead', () => {
  let done: string[];
  let bulkhead: Bulkhead;

  beforeEach(() => {
    jest.useFakeTimers();
    done = [];
    bulkhead = new Bulkhead('test');
  });

  afterEach(() => void jest.useRealTimers());

  const note = (key: string): Promise<boolean> => (done.push(key), Promise.resolve(key === 'has more'));

  it('says whether the work on one of its keys has more to do', async () => {
    expect(await bulkhead.round(['a', 'b'], note)).toBe(false);
    expect(await bulkhead.round(['a', 'has more'], note)).toBe(true);
    expect(done).toEqual(['a', 'b', 'a', 'has more']);
  });

  it('does not wait for a key that hangs, and does not begin its work a second time', async () => {
    let end = (): void => undefined;
    const hang = (key: string): Promise<boolean> =>
      key === 'hangs' ? new Promise((resolve) => (end = () => resolve(false))) : note(key);
    const first = bulkhead.round(['hangs', 'a'], hang);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await first).toBe(false);
    // This round is not kept waiting by it.
    await bulkhead.round(['hangs', 'a'], note);
    expect(done).toEqual(['a', 'a']);
    end();
    await jest.advanceTimersByTimeAsync(1);
    await bulkhead.round(['hangs', 'a'], note);
    expect(done).toEqual(['a', 'a', 'hangs', 'a']);
  });

  it('goes on with the other keys when one fails, and tries that one again a second later', async () => {
    const fail = (key: string): Promise<boolean> => (key === 'fails' ? Promise.reject(new Error('no')) : note(key));
    for (let i = 0; i < 3; i++) await bulkhead.round(['fails', 'a'], fail);
    await bulkhead.round(['fails'], note);
    expect(done).toEqual(['a', 'a', 'a']);
    await jest.advanceTimersByTimeAsync(1_000);
    await bulkhead.round(['fails'], note);
    expect(done).toEqual(['a', 'a', 'a', 'fails']);
  });
});
