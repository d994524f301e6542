import { assert, bigInt, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldText, formatMinor, minorText, parseMinor } from './foreign.ts';

describe('amounts of other currencies', () => {
  it.each([
    [123_450n, 'USD', 'USD\u00a01,234.50'],
    [5n, 'EUR', 'EUR\u00a00.05'],
    [500n, 'JPY', 'JPY\u00a0500'],
    [1_234_567n, 'KWD', 'KWD\u00a01,234.567'],
    [10_000_000n, 'INR', '₹1,00,000.00'],
    [-1n, 'USD', 'USD\u00a0−0.01'],
  ])('writes %s minor units of %s', (minor, currency, text) => {
    expect(formatMinor(minor, currency)).toBe(text);
  });

  it.each([
    ['1,234.5', 'USD', 123_450n],
    [' 12 ', 'KWD', 12_000n],
    ['7', 'JPY', 7n],
    ['7.0', 'JPY', null],
    ['1.001', 'USD', null],
    ['1,23', 'USD', null],
    ['0', 'USD', null],
    ['-1', 'USD', null],
    ['1e3', 'USD', null],
    ['', 'USD', null],
  ])('reads %j of %s', (text, currency, minor) => {
    expect(parseMinor(text, currency)).toBe(minor);
  });

  it.each([
    [123_450n, 'USD', '1,234.50'],
    [1_234_567n, 'JPY', '1,234,567'],
    [12_00_101n, 'INR', '12,001.01'],
    [1_23_456_00n, 'INR', '1,23,456.00'],
  ])('has %s minor units of %s in a field as %s', (minor, currency, text) => {
    expect(fieldText(minor, currency)).toBe(text);
  });

  it('reads back what it has written', () => {
    const amounts = bigInt({ min: 1n, max: 9_007_199_254_740_991n });
    assert(
      property(amounts, constantFrom('USD', 'JPY', 'KWD'), (minor, currency) => {
        expect(parseMinor(minorText(minor, currency), currency)).toBe(minor);
        expect(parseMinor(fieldText(minor, currency), currency)).toBe(minor);
      }),
    );
  });
});
