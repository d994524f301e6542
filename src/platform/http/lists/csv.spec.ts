import { describe, expect, it } from '@jest/globals';
import { type CsvCell, csvHeader, csvLines, Rupees } from './csv.js';

const cell = (value: CsvCell): string => csvLines({ a: () => value }, [null]).slice(0, -2);

describe('a cell of a CSV file', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠a'])(
    'is no formula for a spreadsheet: %j',
    (text) => {
      expect(cell(text).replaceAll('"', '')).toBe(`'${text}`);
    },
  );

  it.each([
    ['plain', 'plain'],
    ['a=b', 'a=b'],
    ['1-2', '1-2'],
    ['Rao, Asha', '"Rao, Asha"'],
    ['the "best"', '"the ""best"""'],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['two\nlines', '"two\nlines"'],
    [' padded', '" padded"'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['आशा राव', 'आशा राव'],
    ['', ''],
  ])('of text %j is %j', (text, expected) => {
    expect(cell(text)).toBe(expected);
  });

  it('of a number stays a number, a negative one too', () => {
    expect([-5n, 5n, 0, -1.5, true, null].map(cell)).toEqual(['-5', '5', '0', '-1.5', 'true', '']);
  });

  it('of rupees is exact', () => {
    const paise = [0n, 5n, -5n, 100n, -12_345n, 9_007_199_254_740_991n, 50_000];
    expect(paise.map((one) => cell(new Rupees(one)))).toEqual([
      '0.00',
      '0.05',
      '-0.05',
      '1.00',
      '-123.45',
      '90071992547409.91',
      '500.00',
    ]);
  });
});

describe('a CSV file', () => {
  it('has a header, and ends each line as RFC 4180 says', () => {
    const columns = { id: (row: { id: string; n: number }) => row.id, amount_paise: (row: { n: number }) => row.n };
    expect(csvHeader(columns)).toBe('id,amount_paise\r\n');
    expect(
      csvLines(columns, [
        { id: 'x', n: 1 },
        { id: '-y', n: -2 },
      ]),
    ).toBe(`x,1\r\n'-y,-2\r\n`);
    expect(csvLines(columns, [])).toBe('');
  });
});
