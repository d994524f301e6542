import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { added, type Credit, creditFor, refundOf, type RefundTotals } from './credit.js';
import { CURRENCIES, type Currency } from '../../gateways/gateways.language.js';

const TERMS = { feeBasisPoints: 200n, taxBasisPoints: 1_800n, limitPaise: 25_00_000_00n };
const NOTHING: RefundTotals = { minor: 0n, paise: 0n, feePaise: 0n, taxPaise: 0n };

const usd = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' as const });

describe('what a merchant is credited with', () => {
  it('is the amount in rupees less the fee and the GST on the fee', () => {
    expect(creditFor(usd(120_01n), '83.25', TERMS)).toEqual({
      ...{ rate: '83.25', grossPaise: 9_990_83n, feePaise: 199_82n, taxPaise: 35_97n, netPaise: 9_755_04n },
    });
  });

  it.each<[string, bigint, string, Partial<typeof TERMS>, string]>([
    ['more than the limit by one paisa', 25_00_000_01n, '1', {}, 'limit_exceeded'],
    ['less than half a paisa', 1n, '0.004', {}, 'fee_exceeds_amount'],
    ['less than the fee', 100n, '1', { feeBasisPoints: 10_000n }, 'fee_exceeds_amount'],
  ])('is nothing when it is %s', (_, amount, rate, terms, why) => {
    const charge = { amountMinor: amount, currency: 'INR' as const };
    expect(creditFor(charge, rate, { ...TERMS, ...terms })).toBe(why);
  });

  it('may be exactly the limit, and exactly nothing', () => {
    const rupees = (amountMinor: bigint) => ({ amountMinor, currency: 'INR' as const });
    expect(creditFor(rupees(25_00_000_00n), '1', TERMS)).toMatchObject({ grossPaise: 25_00_000_00n });
    const all = { ...TERMS, feeBasisPoints: 10_000n, taxBasisPoints: 0n };
    expect(creditFor(rupees(100n), '1', all)).toMatchObject({ feePaise: 100n, netPaise: 0n });
  });

  it('adds up to the paisa with fee and tax, whatever the amount, the currency and the rate', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10n ** 7n),
        fc.constantFrom(...CURRENCIES),
        fc.nat(500_000),
        (amountMinor, currency, cents) => {
          const credit = creditFor({ amountMinor, currency }, `${cents}.5`, { ...TERMS, limitPaise: 10n ** 18n });
          if (typeof credit === 'string') return;
          const { grossPaise, feePaise, taxPaise, netPaise } = credit;
          expect(netPaise + feePaise + taxPaise).toBe(grossPaise);
        },
      ),
    );
  });
});

describe('refunds', () => {
  interface Charge {
    readonly amountMinor: bigint;
    readonly currency: Currency;
    readonly credit: Credit;
  }

  const charges = fc
    .tuple(fc.bigInt(1n, 5_000n), fc.constantFrom(...CURRENCIES), fc.nat(300), fc.nat(999_999), fc.nat(8_000))
    .map(([amountMinor, currency, units, millionths, fee]): Charge | null => {
      const rate = `${units}.${String(millionths).padStart(6, '0')}`;
      if (!/[1-9]/.test(rate)) return null;
      const terms = { ...TERMS, feeBasisPoints: BigInt(fee), limitPaise: 10n ** 18n };
      const credit = creditFor({ amountMinor, currency }, rate, terms);
      return typeof credit === 'string' ? null : { amountMinor, currency, credit };
    })
    .filter((charge) => charge !== null);

  /** Refunds in the order in which they are requested; some of them fail at some later time. */
  const stories = fc.tuple(charges, fc.array(fc.tuple(fc.bigInt(1n, 2_000n), fc.boolean(), fc.nat(5))), fc.boolean());

  it('that add up to the amount add up to the gross to the paisa, also when some between them have failed', () => {
    fc.assert(
      fc.property(stories, ([charge, asked, returnsFee]) => {
        let claimed = NOTHING;
        const open: RefundTotals[] = [];
        const take = (amount: bigint): void => {
          const refund = refundOf(charge, claimed, amount, returnsFee);
          claimed = added(claimed, refund);
          open.push(refund);
          expect(refund.paise - refund.feePaise - refund.taxPaise >= 0n).toBe(true);
          expect(refund.feePaise >= 0n && refund.taxPaise >= 0n).toBe(true);
        };
        for (const [amount, fails, which] of asked) {
          if (claimed.minor + amount <= charge.amountMinor) take(amount);
          const failing = fails ? open.splice(which, 1)[0] : undefined;
          if (failing === undefined) continue;
          const { minor, paise, feePaise, taxPaise } = failing;
          claimed = added(claimed, { minor: -minor, paise: -paise, feePaise: -feePaise, taxPaise: -taxPaise });
        }
        expect(claimed.paise <= charge.credit.grossPaise).toBe(true);
        if (claimed.minor < charge.amountMinor) take(charge.amountMinor - claimed.minor);
        expect(claimed).toMatchObject({ minor: charge.amountMinor, paise: charge.credit.grossPaise });
        expect(claimed.feePaise <= charge.credit.feePaise && claimed.taxPaise <= charge.credit.taxPaise).toBe(true);
        if (!returnsFee) expect([claimed.feePaise, claimed.taxPaise]).toEqual([0n, 0n]);
      }),
      { numRuns: 500 },
    );
  });

  it('give all of the fee back with the last part, where they give it back', () => {
    const credit = creditFor(usd(100_01n), '83.25', TERMS) as Credit;
    const charge = { ...usd(100_01n), credit };
    const first = refundOf(charge, NOTHING, 33_33n, true);
    const last = refundOf(charge, first, 66_68n, true);
    expect(added(first, last)).toEqual({
      ...{ minor: 100_01n, paise: credit.grossPaise, feePaise: credit.feePaise, taxPaise: credit.taxPaise },
    });
  });
});
