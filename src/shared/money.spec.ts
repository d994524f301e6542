import { describe, expect, it } from '@jest/globals';
import { formatPaise, MAX_PAISE, Money } from './money.js';

describe('money', () => {
  it('is whole paise from nothing to the largest integer that JSON carries exactly', () => {
    expect(MAX_PAISE).toBe(BigInt(Number.MAX_SAFE_INTEGER));
    for (const paise of [0n, 1n, MAX_PAISE]) expect(Money.ofPaise(paise).paise).toBe(paise);
  });

  it.each([-1n, -MAX_PAISE])('is never negative: %s', (paise) => {
    expect(() => Money.ofPaise(paise)).toThrow(new RangeError(`money cannot be negative: ${paise} paise`));
  });

  it.each([MAX_PAISE + 1n, 10n ** 30n])('never passes its limit: %s', (paise) => {
    const complaint = `money cannot exceed 9007199254740991 paise: ${paise} paise`;
    expect(() => Money.ofPaise(paise)).toThrow(new RangeError(complaint));
  });

  it('is less than another by one paisa, and not less than its equal', () => {
    const less = Money.ofPaise(99n);
    const more = Money.ofPaise(100n);
    expect(less.isLessThan(more)).toBe(true);
    expect(more.isLessThan(less)).toBe(false);
    expect(less.isLessThan(Money.ofPaise(99n))).toBe(false);
  });

  it('is read out in rupees', () => {
    expect(`${Money.ofPaise(1_00_000_00n).toString()} are enough`).toBe('₹1,00,000.00 are enough');
  });
});

describe('an amount as people in India write it', () => {
  it.each([
    [0n, '₹0.00'],
    [1n, '₹0.01'],
    [99n, '₹0.99'],
    [100n, '₹1.00'],
    [999_99n, '₹999.99'],
    [1_000_00n, '₹1,000.00'],
    [99_999_99n, '₹99,999.99'],
    [1_00_000_00n, '₹1,00,000.00'],
    [10_00_000_05n, '₹10,00,000.05'],
    [1_00_00_000_00n, '₹1,00,00,000.00'],
    [12_34_56_789_10n, '₹12,34,56,789.10'],
    [MAX_PAISE, '₹9,00,71,99,25,47,409.91'],
  ])('%s paise are %s, and with a minus sign when taken away', (paise, written) => {
    expect(formatPaise(paise)).toBe(written);
    if (paise !== 0n) expect(formatPaise(-paise)).toBe(`−${written}`);
  });
});
