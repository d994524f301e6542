import { afterEach, expect, it, jest } from '@jest/globals';
import { elapsedSince, monotonicNow } from './elapsed.js';

const TEN_MINUTES = 600_000;

/** The wall clock as it stands once the machine has slept for so long: the monotonic one has stood still. */
function afterSleepOf(ms: number): void {
  const wall = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(wall + ms);
}

afterEach(() => {
  jest.restoreAllMocks();
  monotonicNow(); // Sees that the clock is right again, before anybody else looks.
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
