import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FailFast } from './fail-fast.js';
import { Semaphore } from './semaphore.js';
import { FairSemaphore } from './fair-semaphore.js';
import { SingleFlight } from './single-flight.js';
import { orTimeout, withTimeout } from './with-timeout.js';

const TIMEOUT_MS = 50;
const TRY_AGAIN_MS = 1_000;
const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a timeout', () => {
  it('is not reached by work that ends before it, and leaves no timer behind', async () => {
    expect(await withTimeout(TIMEOUT_MS, Promise.resolve('value'))).toBe('done');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends the waiting for work that hangs, at its time and not earlier', async () => {
    let ended: string | null = null;
    void withTimeout(TIMEOUT_MS, never()).then((how) => (ended = how));
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    expect(ended).toBeNull();
    await jest.advanceTimersByTimeAsync(1);
    expect(ended).toBe('timed out');
  });

  it('passes on the failure of the work', async () => {
    await expect(withTimeout(TIMEOUT_MS, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('as an error: names what has not answered, and otherwise gives the value', async () => {
    expect(await orTimeout(TIMEOUT_MS, 'the queue', Promise.resolve(7))).toBe(7);
    const late = expect(orTimeout(TIMEOUT_MS, 'the queue', never())).rejects.toThrow(
      'the queue has not answered in 50 ms',
    );
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    await late;
  });
});

describe('a single flight', () => {
  it('is shared by all who come while it is on its way; who comes later starts another', async () => {
    let lookUps = 0;
    let land = (_value: number): void => undefined;
    const flight = new SingleFlight(TIMEOUT_MS, () => {
      lookUps++;
      return new Promise<number>((resolve) => (land = resolve));
    });
    const together = Promise.all([flight.value(), flight.value(), flight.value()]);
    await jest.advanceTimersByTimeAsync(0);
    land(1);
    expect(await together).toEqual([1, 1, 1]);
    expect(lookUps).toBe(1);
    const later = flight.value();
    await jest.advanceTimersByTimeAsync(0);
    land(2);
    expect(await later).toBe(2);
    expect(lookUps).toBe(2);
  });

  it('that hangs returns null in time to each caller, and no second look-up starts meanwhile', async () => {
    let lookUps = 0;
    const flight = new SingleFlight(TIMEOUT_MS, () => {
      lookUps++;
      return never();
    });
    for (let i = 0; i < 3; i++) {
      const value = flight.value();
      await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
      expect(await value).toBeNull();
    }
    expect(lookUps).toBe(1);
  });

  it('that fails, be it at once, gives null and leaves the way free', async () => {
    const outcomes = [
      (): Promise<number> => Promise.reject(new Error('broken')),
      (): Promise<number> => {
        throw new Error('broken at once');
      },
      (): Promise<number> => Promise.resolve(3),
    ];
    const flight = new SingleFlight(TIMEOUT_MS, () => outcomes.shift()!());
    expect([await flight.value(), await flight.value(), await flight.value()]).toEqual([null, null, 3]);
  });
});

describe('a semaphore', () => {
  it('gives out its permits, and then each released one to the first in line', async () => {
    const semaphore = new Semaphore(2);
    const entered: string[] = [];
    const enter = (name: string): Promise<unknown> => semaphore.acquire().then(() => entered.push(name));
    for (const name of ['a', 'b', 'c', 'd']) void enter(name);
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toEqual(['a', 'b']);
    semaphore.release();
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toEqual(['a', 'b', 'c']);
    semaphore.release();
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
    void enter('e');
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps a permit that nobody waits for', async () => {
    const semaphore = new Semaphore(0);
    semaphore.release();
    await semaphore.acquire();
    let entered = false;
    void semaphore.acquire().then(() => (entered = true));
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toBe(false);
  });
});

describe('a fair semaphore', () => {
  const WAIT_MS = 2_000;
  const semaphoreOf = (limits: { perName: number; inAll?: number }): FairSemaphore =>
    new FairSemaphore({ inAll: 100, timeoutMs: WAIT_MS, ...limits });

  it('gives so many permits to one name at once; one more gets the first that is released', async () => {
    const semaphore = semaphoreOf({ perName: 2 });
    const had: string[] = [];
    const take = (name: string, who: string): Promise<(() => void) | null> =>
      semaphore.acquire(name).then((end) => {
        if (end !== null) had.push(who);
        return end;
      });
    const [first] = [await take('acme', 'a'), await take('acme', 'b')];
    for (const who of ['c', 'd']) void take('acme', who);
    await take('zen', 'e');
    expect(had).toEqual(['a', 'b', 'e']);
    first!();
    await jest.advanceTimersByTimeAsync(0);
    expect(had).toEqual(['a', 'b', 'e', 'c']);
  });

  it('gives none where that takes too long, and the next in line gets what is released later', async () => {
    const semaphore = semaphoreOf({ perName: 1 });
    const end = (await semaphore.acquire('acme'))!;
    const late = semaphore.acquire('acme');
    await jest.advanceTimersByTimeAsync(WAIT_MS / 2);
    const next = semaphore.acquire('acme');
    await jest.advanceTimersByTimeAsync(WAIT_MS / 2);
    expect(await late).toBeNull();
    end();
    const endNext = await next;
    expect(endNext).not.toBeNull();
    endNext!();
    expect(await semaphore.acquire('acme')).not.toBeNull();
  });

  it('gives so many in all; of the names that wait, each gets one in turn', async () => {
    const semaphore = semaphoreOf({ perName: 2, inAll: 3 });
    const ends: (() => void)[] = [];
    const had: string[] = [];
    const take = (name: string): unknown =>
      semaphore.acquire(name).then((end) => {
        had.push(name);
        ends.push(end!);
      });
    for (const name of ['acme', 'acme', 'acme', 'acme', 'zen', 'yes', 'yes']) take(name);
    await jest.advanceTimersByTimeAsync(0);
    expect(had).toEqual(['acme', 'acme', 'zen']);
    for (let i = 0; i < 4; i++) {
      ends.shift()!();
      await jest.advanceTimersByTimeAsync(0);
    }
    expect(had.slice(3)).toEqual(['acme', 'yes', 'acme', 'yes']);
  });

  it('keeps nothing of a name that nobody has a permit of', async () => {
    const semaphore = semaphoreOf({ perName: 1 });
    for (let i = 0; i < 3; i++) (await semaphore.acquire(`merchant ${i}`))!();
    const end = await semaphore.acquire('acme');
    const late = semaphore.acquire('acme');
    await jest.advanceTimersByTimeAsync(WAIT_MS);
    expect(await late).toBeNull();
    end!();
    expect(semaphore['names'].size).toBe(0);
  });
});

describe('failing fast', () => {
  let failFast: FailFast;

  beforeEach(() => {
    failFast = new FailFast({ timeoutMs: TIMEOUT_MS, maxFailures: 2, tryAgainMs: TRY_AGAIN_MS });
  });

  async function timeOut(): Promise<void> {
    const result = failFast.wait(never());
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS + 1);
    expect(await result).toBeNull();
  }

  it('passes answers on, and takes an error for no answer', async () => {
    expect(await failFast.wait(Promise.resolve('page'))).toBe('page');
    expect(await failFast.wait(Promise.reject(new Error('broken')))).toBeNull();
    expect(failFast.allows()).toBe(true);
  });

  it('begins after so many failures in a row; then one call may try every so often', async () => {
    await timeOut();
    expect(failFast.allows()).toBe(true);
    await timeOut();
    expect(failFast.allows()).toBe(false);
    await jest.advanceTimersByTimeAsync(TRY_AGAIN_MS);
    expect([failFast.allows(), failFast.allows()]).toEqual([true, false]);
  });

  it('ends with the first answer', async () => {
    await timeOut();
    await timeOut();
    await jest.advanceTimersByTimeAsync(TRY_AGAIN_MS);
    expect(failFast.allows()).toBe(true);
    expect(await failFast.wait(Promise.resolve('page'))).toBe('page');
    expect(failFast.allows()).toBe(true);
    await timeOut();
    expect(failFast.allows()).toBe(true);
  });

  it('counts calls that time out together once', async () => {
    const together = Promise.all([failFast.wait(never()), failFast.wait(never()), failFast.wait(never())]);
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS + 1);
    expect(await together).toEqual([null, null, null]);
    expect(failFast.allows()).toBe(true);
  });

  it('reads an answer that came while the process was busy, although its time is over', async () => {
    const answer = new Promise<string>((resolve) => setTimeout(() => setImmediate(() => resolve('page')), TIMEOUT_MS));
    const result = failFast.wait(answer);
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS + 1);
    expect(await result).toBe('page');
  });
});
