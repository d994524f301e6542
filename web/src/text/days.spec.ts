import { describe, expect, it } from 'vitest';
import { endOfDay, startOfDay } from './days.ts';

describe('a day in India', () => {
  it('is from half past six in the evening before, in UTC', () => {
    expect(startOfDay('2026-11-26')).toBe('2026-11-25T18:30:00.000Z');
    expect(endOfDay('2026-11-26')).toBe('2026-11-26T18:30:00.000Z');
  });

  it.each([undefined, '', '2026-11', '26.11.2026', '2026-13-01'])('is none for %j', (day) => {
    expect(startOfDay(day)).toBeUndefined();
    expect(endOfDay(day)).toBeUndefined();
  });
});
