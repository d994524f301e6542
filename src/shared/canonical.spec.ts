import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, lengthPrefixed } from './canonical.js';

describe('the one text of a JSON value', () => {
  it.each([
    ['keys are sorted by code unit, at every depth', { b: 1, a: { d: [{ z: 1, y: 2 }], c: null } }],
    ['lower case comes behind upper case', { a: 1, B: 2, '10': 3, '9': 4 }],
    ['a surrogate comes before what is above it', { '\ufb33': 1, '\u{1f600}': 2, é: 3 }],
  ])('%s', (_, value) => {
    const sorted = (given: unknown): unknown => {
      if (typeof given !== 'object' || given === null) return given;
      if (Array.isArray(given)) return given.map(sorted);
      return [...Object.entries(given)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, sorted(of)]);
    };
    const keys = [...canonicalJson(value).matchAll(/"([^"]*)":/g)].map(([, key]) => key);
    expect(keys).toEqual(
      JSON.stringify(sorted(value))
        .match(/\["([^"]*)",/g)
        ?.map((found) => found.slice(2, -2)),
    );
  });

  it('is the example of RFC 8785', () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\u0022/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('is the same whatever order the keys come in, and after it was read again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  it('leaves out what JSON leaves out', () => {
    const at = new Date('2026-01-05T04:30:00.123Z');
    const value = { b: undefined, a: at, list: [undefined, 1] };
    expect(canonicalJson(value)).toBe('{"a":"2026-01-05T04:30:00.123Z","list":[null,1]}');
  });
});

/** The same value with the keys of each object in reverse order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  // Not by assignment: `__proto__` is an ordinary key in JSON.
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, field]) => [key, reversed(field)]),
  );
}

describe('fields one after the other', () => {
  it('say how many bytes of UTF-8 each has, and which are absent', () => {
    expect(lengthPrefixed(['a', null, '', '₹1', '🎉'])).toBe('1:a-0:4:₹14:🎉');
  });
});
