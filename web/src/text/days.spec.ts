import { describe, expect, it } from 'vitest';
import { endOfDay, lastDays, startOfDay, thisMonth, withPeriod } from './days.ts';

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

/** Half an hour into 27 November in India, while it is still the 26th in UTC. */
const NOW = Date.parse('2026-11-26T19:00:00Z');

describe('a period', () => {
  it('ends with the day that India has', () => {
    expect(lastDays(1, NOW)).toEqual({ from: '2026-11-27', to: '2026-11-27' });
    expect(lastDays(30, NOW)).toEqual({ from: '2026-10-29', to: '2026-11-27' });
    expect(thisMonth(NOW)).toEqual({ from: '2026-11-01', to: '2026-11-27' });
  });

  it('is added to amounts, which can be looked for in 92 days', () => {
    const days = { created_from: '2026-08-28', created_to: '2026-11-27' };
    expect(withPeriod({ amount_from: '5' }, NOW)).toEqual({ amount_from: '5', ...days });
    expect(withPeriod({ amount_to: '5', created_from: '2026-11-20' }, NOW)).toMatchObject({ created_to: '2026-11-27' });
    expect(withPeriod({ amount_to: '5', created_from: '2026-01-01' }, NOW)).toMatchObject({ created_to: '2026-04-02' });
    expect(withPeriod({ amount_to: '5', created_to: '2026-11-27', created_from: '2026-01-01' }, NOW)).toMatchObject(
      days,
    );
  });

  it('is not added where there is no amount, or a reference finds it', () => {
    expect(withPeriod({ amount_from: undefined }, NOW)).toEqual({ amount_from: undefined });
    expect(withPeriod({ amount_from: '5', utr: 'X' }, NOW)).toEqual({ amount_from: '5', utr: 'X' });
  });
});
