import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMovement, formatRupees } from './format.ts';
import { MAX_PAISE, paiseOf, wireOf } from './paise.ts';

describe('an amount on the screen', () => {
  it.each([
    [0n, '₹0.00'],
    [5n, '₹0.05'],
    [-50n, '−₹0.50'],
    [99_999n, '₹999.99'],
    [1_00_000n, '₹1,000.00'],
    [1_00_000_00n, '₹1,00,000.00'],
    [12_34_56_789_01n, '₹12,34,56,789.01'],
    [MAX_PAISE, '₹9,00,71,99,25,47,409.91'],
    [-MAX_PAISE, '−₹9,00,71,99,25,47,409.91'],
  ])('%s paise are %s', (paise, text) => {
    expect(formatRupees(paise)).toBe(text);
  });

  it('has Latin digits in Hindi too, and others where the locale asks for them', () => {
    expect(formatRupees(1_00_000_00n, 'hi-IN')).toBe('₹1,00,000.00');
    expect(formatRupees(1_00_000_00n, 'hi-IN-u-nu-deva')).toBe('₹१,००,०००.००');
  });

  it('is grouped as the platform groups in India', () => {
    const format = new Intl.NumberFormat('en-IN');
    fc.assert(
      fc.property(fc.bigInt(0n, MAX_PAISE), (paise) => {
        expect(formatRupees(paise)).toBe(`₹${format.format(paise / 100n)}.${String(paise % 100n).padStart(2, '0')}`);
      }),
    );
  });

  it('says whether it is added or taken', () => {
    expect([formatMovement(500_00n), formatMovement(-500_00n), formatMovement(0n)]).toEqual([
      '+₹500.00',
      '−₹500.00',
      '₹0.00',
    ]);
  });
});

describe('an amount of the API', () => {
  it('is taken exactly, as whichever integer it comes', () => {
    expect([paiseOf(50_000), paiseOf('9007199254740991'), paiseOf(-1n)]).toEqual([50_000n, MAX_PAISE, -1n]);
  });

  it.each([0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '1.0', '', '1e5', ' 1'])('is not %j', (wire) => {
    expect(() => paiseOf(wire)).toThrow(RangeError);
  });

  it('goes out as the integer that it is, or not at all', () => {
    fc.assert(
      fc.property(fc.bigInt(-MAX_PAISE, MAX_PAISE), (paise) => {
        expect(paiseOf(JSON.parse(JSON.stringify(wireOf(paise))) as number)).toBe(paise);
      }),
    );
    expect(() => wireOf(MAX_PAISE + 1n)).toThrow(RangeError);
  });
});
