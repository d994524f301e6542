import { describe, expect, it } from '@jest/globals';
import { nextLook } from './return-watch.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Hours after the completion at which the bank is asked, if each look is a minute late. */
function looks(days: number, isOpenQuestion = false): number[] {
  const hours: number[] = [];
  for (let next = nextLook(0, days, false); next !== null; next = nextLook(next + 60, days, isOpenQuestion))
    hours.push(Math.round(next / HOUR));
  return hours;
}

describe('a completed payout', () => {
  it('is asked about after an hour, after six, and then daily, for as many days as are set', () => {
    expect(looks(7)).toEqual([1, 6, 24, 48, 72, 96, 120, 144, 168]);
    expect(looks(1)).toEqual([1, 6, 24]);
  });

  it('is not asked about when no days are set', () => expect(looks(0)).toEqual([]));

  it('is asked about hourly while the answer leaves a question, and for a day longer', () => {
    const hourly = looks(2, true);
    expect(hourly.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(hourly.at(-1)).toBeGreaterThan(47);
    expect(hourly.at(-1)).toBeLessThanOrEqual(72);
  });

  it('is asked about once at the end when nobody came to it for weeks', () => {
    expect(nextLook(30 * DAY, 7, false)).toBeNull();
    expect(nextLook(30 * DAY, 7, true)).toBeNull();
  });

  it('that was completed by a clock that ran ahead is asked about all the same', () => {
    expect(nextLook(-DAY, 7, false)).toBe(HOUR);
  });
});
