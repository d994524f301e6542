import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupIndian } from './format.ts';
import { isRegular, typed, type TypedText } from './typing.ts';

/** `1,00|0`: the text with the caret in it. */
const at = (text: string): TypedText => ({ text: text.replace('|', ''), caret: text.indexOf('|') });
const shown = ({ text, caret }: TypedText): string => `${text.slice(0, caret)}|${text.slice(caret)}`;
const after = (before: string, edited: string, isForward = false): string =>
  shown(typed(at(before).text, at(edited), isForward));

describe('typing an amount', () => {
  it.each([
    ['100|', '1000|', '1,000|'],
    ['99,999|', '99,9999|', '9,99,999|'],
    ['1,000|', '1,000.|', '1,000.|'],
    ['|1,000', '5|1,000', '5|1,000'],
    ['1|,000', '12|,000', '12|,000'],
    ['12|,000', '123|,000', '1,23|,000'],
    ['1,00,000|', '1,00,00|', '10,000|'],
    ['1|,00,000', '|,00,000', '|0'],
    ['1,000.5|0', '1,000.55|0', '1,000.55|0'],
    ['|', '१|', '1|'],
  ])('%s, edited to %s, stands as %s', (before, edited, expected) => {
    expect(after(before, edited)).toBe(expected);
  });

  it('deletes the digit beside a comma where the comma alone was deleted', () => {
    expect(after('1,|000', '1|000')).toBe('|0');
    expect(after('12,|345', '12|345')).toBe('1|,345');
    expect(after('12|,345', '12|345', true)).toBe('1,2|45');
  });

  it.each([
    ['|', '1,0,0|'],
    ['|', '₹1,00,000.50|'],
    ['|', '1e5|'],
    ['1|', '1,|'],
    ['1,0,0|', '1,0,05|'],
    ['5|', '-|5'],
    ['1.5|', '1.5.|'],
  ])('leaves %s as %s: the parser is to judge it', (before, edited) => {
    expect(after(before, edited)).toBe(edited);
  });

  it('shows the digits that were typed, grouped, with the caret behind the last', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'123456789'), minLength: 1, maxLength: 14 }), (digits) => {
        let field: TypedText = { text: '', caret: 0 };
        for (const digit of digits) field = typed(field.text, { text: field.text + digit, caret: field.caret + 1 });
        expect(field).toEqual({ text: groupIndian(digits), caret: groupIndian(digits).length });
      }),
    );
  });

  it('keeps the digits on both sides of the caret wherever one digit is put in or taken out', () => {
    const fields = fc
      .tuple(fc.bigInt(1n, 10n ** 12n), fc.constantFrom('', '.', '.5', '.50'), fc.nat(20), fc.boolean())
      .map(([rupees, fraction, place, isDeletion]) => {
        const text = groupIndian(rupees.toString()) + fraction;
        return { text, caret: Math.min(place, text.length), isDeletion };
      });
    fc.assert(
      fc.property(fields, fc.constantFrom(...'123456789'), ({ text, caret, isDeletion }, digit) => {
        const edited = isDeletion
          ? { text: text.slice(0, Math.max(0, caret - 1)) + text.slice(caret), caret: Math.max(0, caret - 1) }
          : { text: text.slice(0, caret) + digit + text.slice(caret), caret: caret + 1 };
        if (edited.text === text) return;
        const next = typed(text, edited);
        const plain = (part: string): string => part.replaceAll(',', '').replace(/^0+/, '');
        const left =
          isDeletion && text[caret - 1] === ',' ? text.slice(0, caret - 2) : edited.text.slice(0, edited.caret);
        const right = text.slice(caret).replaceAll(',', '');
        expect(isRegular(next.text)).toBe(true);
        expect(plain(next.text.slice(0, next.caret))).toBe(plain(left));
        expect(next.text.slice(next.caret).replaceAll(',', '')).toBe(
          plain(left) === '' ? right.replace(/^0+(?=\d)/, '') : right,
        );
      }),
    );
  });
});
