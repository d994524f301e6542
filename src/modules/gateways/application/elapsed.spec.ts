import { afterEach, expect, it, jest } from '@jest/globals';
import { elapsedSince } from './elapsed.js';

const TEN_MINUTES = 600_000;

/** The wall clock as it stands once the machine has slept for so long: the monotonic one has stood still. */
function afterSleepOf(ms: number): void {
  const wall = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(wall + ms);
}

afterEach(() => {
  jest.restoreAllMocks();
});

it('counts the time in which the machine slept', () => {
  const before = performance.now();
  expect(elapsedSince(before).atMost).toBeLessThan(1_000);
  afterSleepOf(TEN_MINUTES);
  expect(elapsedSince(before).atMost).toBeGreaterThanOrEqual(TEN_MINUTES - 1_000);
  expect(elapsedSince(before).atLeast).toBeGreaterThanOrEqual(TEN_MINUTES - 1_000);
});

it('knows no better than that it may have been since then, where nobody has looked in between', () => {
  elapsedSince(0);
  afterSleepOf(TEN_MINUTES);
  const between = performance.now();
  expect(elapsedSince(between).atMost).toBeGreaterThanOrEqual(TEN_MINUTES - 1_000);
  expect(elapsedSince(between).atLeast).toBeLessThan(1_000);
});

it('does not count what was over before, nor take anything off for a clock that is set back', () => {
  const before = performance.now();
  afterSleepOf(-TEN_MINUTES);
  expect(elapsedSince(before).atMost).toBeLessThan(1_000);
  afterSleepOf(TEN_MINUTES);
  elapsedSince(before);
  expect(elapsedSince(performance.now()).atMost).toBeLessThan(1_000);
});
