import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SideBySide } from './side-by-side.js';

describe('work side by side', () => {
  let done: string[];
  let work: SideBySide;

  beforeEach(() => {
    jest.useFakeTimers();
    done = [];
    work = new SideBySide('test');
  });

  afterEach(() => void jest.useRealTimers());

  const note = (key: string): Promise<boolean> => (done.push(key), Promise.resolve(key === 'has more'));

  it('says whether one of them has more to do', async () => {
    expect(await work.round(['a', 'b'], note)).toBe(false);
    expect(await work.round(['a', 'has more'], note)).toBe(true);
    expect(done).toEqual(['a', 'b', 'a', 'has more']);
  });

  it('does not wait for one that hangs, and does not begin it a second time', async () => {
    let end = (): void => undefined;
    const hang = (key: string): Promise<boolean> =>
      key === 'hangs' ? new Promise((resolve) => (end = () => resolve(false))) : note(key);
    const first = work.round(['hangs', 'a'], hang);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await first).toBe(false);
    // This round is not kept waiting by it.
    await work.round(['hangs', 'a'], note);
    expect(done).toEqual(['a', 'a']);
    end();
    await jest.advanceTimersByTimeAsync(1);
    await work.round(['hangs', 'a'], note);
    expect(done).toEqual(['a', 'a', 'hangs', 'a']);
  });

  it('goes on with the others where one fails, and tries that again a second later', async () => {
    const fail = (key: string): Promise<boolean> => (key === 'fails' ? Promise.reject(new Error('no')) : note(key));
    for (let i = 0; i < 3; i++) await work.round(['fails', 'a'], fail);
    await work.round(['fails'], note);
    expect(done).toEqual(['a', 'a', 'a']);
    await jest.advanceTimersByTimeAsync(1_000);
    await work.round(['fails'], note);
    expect(done).toEqual(['a', 'a', 'a', 'fails']);
  });
});
