import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmount, formatRupees, groupIndian } from './format.ts';
import { type AmountRefusal, parseRupees } from './parse.ts';
import { MAX_PAISE, PAYOUT_PAISE } from './paise.ts';

const ANY = { min: 1n, max: MAX_PAISE };
const paiseIn = (text: string): bigint | AmountRefusal => {
  const parsed = parseRupees(text);
  return parsed.ok ? parsed.paise : parsed.refusal;
};

describe('an amount that a person writes', () => {
  it.each([
    ['₹1,00,000.50', 1_00_000_50n],
    ['100000.5', 1_00_000_50n],
    ['1e5', 1_00_000_00n],
    ['1.5E+3', 1_500_00n],
    ['1.23456e3', 1_234_56n],
    ['12345e-2', 123_45n],
    ['१,२३,४५६.७८', 1_23_456_78n],
    ['௧௨௩', 123_00n],
    ['  1 00 000 ', 1_00_000_00n],
    ['\u00a01\u00a000\u00a0000\u00a0', 1_00_000_00n],
    ['\u200e1,00,000\u200e', 1_00_000_00n],
    ['1,00,000/-', 1_00_000_00n],
    ['Rs. 500', 500_00n],
    ['INR 500', 500_00n],
    ['500 INR', 500_00n],
    ['रु 500', 500_00n],
    ['+500', 500_00n],
    ['1,000,000', 10_00_000_00n],
    ['10,00,000', 10_00_000_00n],
    ['1.5', 1_50n],
    ['5.', 5_00n],
    ['007', 7_00n],
    ['1', 1_00n],
    ['1,00,00,00,00,000', PAYOUT_PAISE.max],
  ])('takes %j as %s', (text, expected) => {
    expect(paiseIn(text)).toBe(expected);
  });

  it.each([
    ['', 'empty'],
    [' \u00a0\t', 'empty'],
    ['1,0,0', 'grouping'],
    ['1,00', 'grouping'],
    ['1,50', 'grouping'],
    ['10,00,00', 'grouping'],
    ['1,000,00', 'grouping'],
    ['100,00,000', 'grouping'],
    ['1,00 000', 'grouping'],
    ['1  000', 'grouping'],
    ['0,100', 'grouping'],
    [',100', 'grouping'],
    ['1,000,', 'grouping'],
    ['1.005', 'too_many_decimals'],
    ['1.500', 'too_many_decimals'],
    ['1.234567e3', 'too_many_decimals'],
    ['1e-3', 'too_many_decimals'],
    ['1e-999999999999', 'too_many_decimals'],
    ['-5', 'negative'],
    ['−₹5', 'negative'],
    ['₹-5', 'negative'],
    ['(1,000)', 'negative'],
    ['0', 'zero'],
    ['-0', 'zero'],
    ['0.00', 'zero'],
    ['0e5', 'zero'],
    ['0.99', 'too_small'],
    ['1,00,00,00,00,000.01', 'too_large'],
    ['1e400', 'too_large'],
    ['1e999999999999', 'too_large'],
    ['9'.repeat(60), 'too_large'],
    ['9'.repeat(100), 'not_a_number'],
    ['.', 'not_a_number'],
    ['₹', 'not_a_number'],
    ['1.2.3', 'not_a_number'],
    ['1.000,50', 'not_a_number'],
    ['--5', 'not_a_number'],
    ['(-5)', 'not_a_number'],
    ['(5', 'not_a_number'],
    ['0x10', 'not_a_number'],
    ['1,000e2', 'not_a_number'],
    ['5e', 'not_a_number'],
    ['Infinity', 'not_a_number'],
    ['NaN', 'not_a_number'],
    ['5 lakh', 'not_a_number'],
    ['$5', 'not_a_number'],
    ['\u202e12', 'not_a_number'],
    ['<script>1</script>', 'not_a_number'],
  ])('refuses %j: %s', (text, refusal) => {
    expect(paiseIn(text)).toBe(refusal);
  });

  const amounts = fc.bigInt({ min: 1n, max: MAX_PAISE });

  it('comes back to the paisa from every way in which it is shown', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom('en-IN', 'hi-IN', 'hi-IN-u-nu-deva', 'bn-IN'), (paise, locale) => {
        for (const text of [formatRupees(paise, locale), formatAmount(paise), `${paise}e-2`])
          expect(parseRupees(text, ANY)).toEqual({ ok: true, paise });
      }),
    );
  });

  it('is what integers say of rupees and paise, however they are grouped', () => {
    const separators = fc.constantFrom(',', ' ', '\u00a0', '');
    fc.assert(
      fc.property(fc.bigInt(1n, MAX_PAISE / 100n), fc.integer({ min: 0, max: 99 }), separators, (rupees, rest, by) => {
        const text = `${groupIndian(rupees.toString()).replaceAll(',', by)}.${String(rest).padStart(2, '0')}`;
        const paise = rupees * 100n + BigInt(rest);
        if (paise <= MAX_PAISE) expect(parseRupees(text, ANY)).toEqual({ ok: true, paise });
      }),
    );
  });

  it('is never taken where its commas are in no order, and never as another amount', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'123456789,'), minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(digits, (text) => {
        const plain = text.replaceAll(',', '');
        const inOrder = [/^\d+$/, /^\d{1,2}(,\d{2})*,\d{3}$/, /^\d{1,3}(,\d{3})+$/].some((order) => order.test(text));
        const parsed = parseRupees(text, ANY);
        expect(parsed.ok).toBe(inOrder);
        if (parsed.ok) expect(parsed.paise).toBe(BigInt(plain) * 100n);
      }),
    );
  });

  it('is an answer for any text at all, and an amount within the limits where it is one', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'0123456789,. eE+-−()₹०५\u00a0') }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseRupees(text);
        if (parsed.ok) expect(parsed.paise >= PAYOUT_PAISE.min && parsed.paise <= PAYOUT_PAISE.max).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
