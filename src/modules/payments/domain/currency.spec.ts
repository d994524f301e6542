import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paiseFor, shareOf } from './currency.js';
import type { Currency } from '../../gateways/gateways.language.js';

describe('an amount in another currency', () => {
  it.each<[bigint, Currency, string, bigint]>([
    [100_00n, 'USD', '83.25', 8_325_00n],
    [1n, 'USD', '83.25', 83n],
    [1_000n, 'JPY', '0.5541', 554_10n],
    [1_000n, 'KWD', '271.5', 271_50n],
    [1n, 'KWD', '271.5', 27n],
    [50_000n, 'INR', '1', 50_000n],
  ])('of %s minor units of %s at %s is %s paise', (amount, currency, rate, paise) => {
    expect(paiseFor(amount, currency, rate)).toBe(paise);
  });

  it.each<[bigint, string, bigint]>([
    [1n, '0.5', 0n],
    [3n, '0.5', 2n],
    [5n, '0.5', 2n],
    [7n, '0.5', 4n],
    [1n, '0.500000001', 1n],
    [1n, '0.499999999', 0n],
  ])('is rounded half to even: %s paise at %s are %s', (amount, rate, paise) => {
    expect(paiseFor(amount, 'INR', rate)).toBe(paise);
  });

  it('never differs from the exact amount by more than half a paisa', () => {
    const amounts = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const rates = fc.tuple(fc.nat(999), fc.nat(999_999_999));
    fc.assert(
      fc.property(amounts, rates, (amount, [units, billionths]) => {
        fc.pre(units + billionths > 0);
        const rate = `${units}.${String(billionths).padStart(9, '0')}`;
        const exact = amount * (BigInt(units) * 10n ** 9n + BigInt(billionths));
        const error = paiseFor(amount, 'USD', rate) * 10n ** 9n - exact;
        expect(error <= 500_000_000n && error >= -500_000_000n).toBe(true);
      }),
    );
  });

  it.each(['0', '0.000', '-1', '1e2', '1.', '.5', '', ' 1', '1234567890', '0.1234567891', 'NaN'])(
    'is not converted at %j',
    (rate) => {
      expect(() => paiseFor(1n, 'USD', rate)).toThrow(RangeError);
    },
  );
});

describe('a share', () => {
  it.each([
    [10_000n, 200n, 200n],
    [25n, 200n, 0n],
    [75n, 200n, 2n],
    [1_00_000n, 0n, 0n],
    [999n, 1_800n, 180n],
  ])('of %s paise at %s basis points is %s', (paise, points, share) => {
    expect(shareOf(paise, points)).toBe(share);
  });
});
