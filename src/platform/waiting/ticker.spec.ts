import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Ticker } from './ticker.js';

const EVERY_MS = 1_000;

describe('a ticker', () => {
  let ticks: number;
  let finish: (more?: boolean) => void;
  let ticker: Ticker;
  const logged: string[] = [];

  const letRun = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

  beforeEach(() => {
    jest.useFakeTimers();
    ticks = 0;
    logged.length = 0;
    const log = (message: unknown): unknown => logged.push(String(message));
    Logger.overrideLogger({ log, error: log, warn: log });
  });

  afterEach(async () => {
    finish();
    await ticker.stop();
    jest.useRealTimers();
    Logger.overrideLogger(['error', 'warn']);
  });

  /** A ticker whose tick lasts until `finish` is called. */
  function slow(): Ticker {
    finish = () => undefined;
    return (ticker = new Ticker('test', EVERY_MS, () => {
      ticks++;
      return new Promise((resolve) => (finish = (more = false) => resolve(more)));
    }));
  }

  function quick(tick: () => Promise<boolean | void> = () => Promise.resolve()): Ticker {
    finish = () => undefined;
    return (ticker = new Ticker('test', EVERY_MS, () => {
      ticks++;
      return tick();
    }));
  }

  it('ticks at the start, and then once per interval', async () => {
    quick().start();
    await letRun();
    expect(ticks).toBe(1);
    await jest.advanceTimersByTimeAsync(3 * EVERY_MS);
    expect(ticks).toBe(4);
  });

  it('ticks at once when woken, but never beside a tick that runs', async () => {
    slow().start();
    ticker.wake();
    ticker.wake();
    await jest.advanceTimersByTimeAsync(5 * EVERY_MS);
    expect(ticks).toBe(1);
    finish();
    await letRun();
    expect(ticks).toBe(2);
    finish();
    await letRun();
    expect(ticks).toBe(2);
    ticker.wake();
    await letRun();
    expect(ticks).toBe(3);
  });

  it('goes on at once while there is more to do', async () => {
    const left = [true, true, false];
    quick(() => Promise.resolve(left.shift())).start();
    await letRun();
    expect(ticks).toBe(3);
  });

  it('does nothing when woken before the start or after the stop', async () => {
    quick().wake();
    await letRun();
    expect(ticks).toBe(0);
    ticker.start();
    await letRun();
    await ticker.stop();
    ticker.wake();
    await jest.advanceTimersByTimeAsync(5 * EVERY_MS);
    expect(ticks).toBe(1);
  });

  it('lets the tick that runs end before it has stopped, and starts no other', async () => {
    slow().start();
    ticker.wake();
    let stopped = false;
    const stopping = ticker.stop().then(() => (stopped = true));
    await letRun();
    expect(stopped).toBe(false);
    finish(true);
    await stopping;
    expect(ticks).toBe(1);
  });

  it('waits for the next interval after a failure, and logs each cause once until it works again', async () => {
    let cause: string | null = 'the database is unreachable';
    quick(() => (cause === null ? Promise.resolve() : Promise.reject(new Error(cause)))).start();
    await letRun();
    expect(ticks).toBe(1);
    await jest.advanceTimersByTimeAsync(2 * EVERY_MS);
    expect(ticks).toBe(3);
    expect(logged).toEqual(['this recurring work failed, and is tried again: the database is unreachable']);
    cause = null;
    await jest.advanceTimersByTimeAsync(2 * EVERY_MS);
    expect(logged).toEqual([
      'this recurring work failed, and is tried again: the database is unreachable',
      'this recurring work succeeds again',
    ]);
  });
});
