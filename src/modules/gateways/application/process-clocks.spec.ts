import { afterEach, expect, it, jest } from '@jest/globals';
import { elapsedSince, monotonicNow, watchClocks } from './process-clocks.js';

const TEN_MINUTES = 600_000;

/** Sets the wall clock as after a sleep of the machine, during which the monotonic clock stood still. */
function afterSleepOf(ms: number): void {
  const wall = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(wall + ms);
}

afterEach(() => {
  jest.restoreAllMocks();
  monotonicNow(); // Notices that the clock is right again, before the next test looks.
});

it('counts the time in which the machine slept, from right after the question on', () => {
  const asked = monotonicNow();
  afterSleepOf(TEN_MINUTES);
  expect(elapsedSince(asked).atLeast).toBeGreaterThanOrEqual(TEN_MINUTES - 1_000);
  expect(elapsedSince(asked).atMost).toBeGreaterThanOrEqual(TEN_MINUTES - 1_000);
});

it('counts no sleep that was over before the question, though nobody had noticed it', () => {
  afterSleepOf(TEN_MINUTES);
  const asked = monotonicNow();
  expect(elapsedSince(asked).atMost).toBeLessThan(1_000);
});

it('counts a sleep between two looks as one that may have been since then, where nobody looked at the time itself', () => {
  monotonicNow();
  afterSleepOf(TEN_MINUTES);
  const between = performance.now();
  expect(elapsedSince(between).atMost).toBeGreaterThanOrEqual(TEN_MINUTES - 1_000);
  expect(elapsedSince(between).atLeast).toBeLessThan(1_000);
});

it('takes nothing off for a clock that is set back', () => {
  const asked = monotonicNow();
  afterSleepOf(-TEN_MINUTES);
  expect(elapsedSince(asked).atMost).toBeLessThan(1_000);
});

it('leaves out no time that may have passed, however often the wall clock jumps', () => {
  const asked = monotonicNow();
  const wall = Date.now();
  for (let times = 1; times <= 1_000; times++) {
    jest.spyOn(Date, 'now').mockReturnValue(wall + times * 60_000);
    monotonicNow();
  }
  const { atLeast, atMost } = elapsedSince(asked);
  // Of merged jumps less has certainly happened since then, and more may have.
  expect(atMost).toBeGreaterThanOrEqual(1_000 * 60_000 - 1_000);
  expect(atLeast).toBeLessThanOrEqual(1_000 * 60_000 + 10_000);
  expect(atLeast).toBeGreaterThan(0);
  const later = monotonicNow();
  expect(elapsedSince(later).atMost).toBeLessThan(1_000);
});

it('looks each second as long as somebody watches, and no timer is left behind', () => {
  jest.useFakeTimers({ doNotFake: ['performance', 'Date'] });
  expect(jest.getTimerCount()).toBe(0);
  const first = watchClocks();
  const second = watchClocks();
  expect(jest.getTimerCount()).toBe(1);
  first();
  first();
  expect(jest.getTimerCount()).toBe(1);
  second();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
