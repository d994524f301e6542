import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatCount,
  formatDay,
  formatDayAndYear,
  formatFullDay,
  formatInstant,
  formatMoment,
  formatShortMoment,
  INDIA,
} from './moments.ts';

/** Spaces of different widths come before `am` and `pm`, depending on the browser's version. */
const plain = (text: string): string => text.replaceAll(/\s/gu, ' ');

describe('a moment', () => {
  const at = '2026-11-26T18:45:09.123Z';

  it('is shown in the zone that is asked for, whose day may be another', () => {
    expect(plain(formatMoment(at, 'en', INDIA))).toBe('27 Nov 2026, 12:15 am');
    expect(plain(formatMoment(at, 'en', 'UTC'))).toBe('26 Nov 2026, 6:45 pm');
    expect(plain(formatInstant(at, 'en', INDIA))).toBe('27 Nov 2026, 12:15:09 am IST');
  });

  it('is shown in a table without its year, as long as it is this one', () => {
    expect(plain(formatShortMoment(at, 'en', Date.parse('2026-12-01T00:00:00Z')))).toMatch(/^2[67] Nov, /);
    expect(plain(formatShortMoment(at, 'en', Date.parse('2027-06-01T00:00:00Z')))).toMatch(/^2[67] Nov 2026, /);
  });

  it('is shown in Hindi', () => {
    expect(plain(formatMoment(at, 'hi', INDIA))).toMatch(/^27 नव॰ 2026,? 12:15/);
  });
});

describe('a date', () => {
  it('is the same in every zone', () => {
    expect(formatDay('2026-11-01', 'en')).toBe('1 Nov');
    expect(formatDayAndYear('2026-11-01', 'en', Date.parse('2026-12-01T00:00:00Z'))).toBe('1 Nov');
    expect(formatDayAndYear('2026-11-01', 'en', Date.parse('2027-06-01T00:00:00Z'))).toBe('1 Nov 2026');
    expect(formatFullDay('2026-11-01', 'en')).toBe('Sun, 1 Nov, 2026');
  });
});

describe('an age', () => {
  it('is told in the largest whole unit', () => {
    expect([5, 60, 3_599, 3_600, 86_399, 200_000].map((seconds) => formatAge(seconds, 'en'))).toEqual([
      '1 minute',
      '1 minute',
      '59 minutes',
      '1 hour',
      '23 hours',
      '2 days',
    ]);
  });
});

describe('a count', () => {
  it('is grouped the Indian way', () => {
    expect(formatCount(1_234_567, 'en')).toBe('12,34,567');
    expect(formatCount(1_234_567, 'hi')).toBe('12,34,567');
  });
});
