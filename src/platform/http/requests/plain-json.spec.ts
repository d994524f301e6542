import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertPlain } from './plain-json.js';
import { ValidationFailed } from '../problems/refusals.js';

/** The places at which the text is found not to be plain. */
function faultsIn(text: string): string[] {
  try {
    assertPlain(text, JSON.parse(text));
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationFailed);
    return ((error as ValidationFailed).extensions['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
  }
}

describe('a JSON text', () => {
  it('is plain whatever it says, as long as each name stands once and each number is what it denotes', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(faultsIn(text)).toEqual([])));
  });

  it.each([
    ['{"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}]}'],
    ['{"a:b,{\\"a\\":": "\\\\", "c": "\\\\\\":"}'],
    ['{"a": 1e3, "b": 100.0, "c": 1.5e1, "d": 0.0, "e": -0.0e0, "f": 12000e-3, "g": 0e-5}'],
    ['{"a": 100.5, "b": 0.1, "c": 1e-3, "d": 1e999}'],
    ['[true, false, null, 1E2]'],
    ['"a.e: 1e5"'],
  ])('is plain: %s', (text) => expect(faultsIn(text)).toEqual([]));

  it.each([
    ['{"a": 1, "a": 1}', ['#/a']],
    ['{"a": 1, "\\u0061": 2}', ['#/a']],
    ['{"a": {"b": [0, {"c": 1, "d": 2, "c": 3}]}}', ['#/a/b/1/c']],
    ['{"a": 1, "b": "a", "a" \n: {}, "b": 1}', ['#/a', '#/b']],
    ['{"__proto__": 1, "__proto__": 2}', ['#/__proto__']],
    ['{"": 1, "": 2}', ['#/']],
    ['{"a": 100.0000000000000001}', ['#/a']],
    ['{"a": {"b": [1, 50000.000000000000001]}}', ['#/a/b/1']],
    ['{"a": 1000000000000001e-1, "b": 1e-400, "c": 9999999999999999999.5e0}', ['#/b', '#/c']],
    ['{"a": 1, "a": 100.0000000000000001}', ['#/a', '#/a']],
  ])('is not plain: %s', (text, pointers) => expect(faultsIn(text)).toEqual(pointers));

  it('of 100 kB is judged at once, and refused in few words, whatever it is made of', () => {
    const deep = (inside: string) => `${'['.repeat(40_000)}${inside}${']'.repeat(40_000)}`;
    const started = performance.now();
    expect(faultsIn(`{"a": 100.${'0'.repeat(99_000)}1}`)).toEqual(['#/a']);
    expect(faultsIn(`{"a": 0.${'0'.repeat(49_000)}1${'0'.repeat(49_000)}1}`)).toEqual(['#/a']);
    expect(faultsIn(`{"a": "${'\\\\'.repeat(49_000)}"}`)).toEqual([]);
    expect(faultsIn(`{"a": "${'\\"'.repeat(49_000)}"}`)).toEqual([]);
    expect(faultsIn(`[${Array(24_000).fill('""').join(', ')}, 1.0]`)).toEqual([]);
    expect(faultsIn(`{${Array(14_000).fill('"a":1').join(',')}}`)).toHaveLength(50);
    expect(faultsIn(`{${' '.repeat(90_000)}"a":1,"a":1}`)).toEqual(['#/a']);
    expect(faultsIn(deep('{"a":1}'))).toEqual([]);
    expect(faultsIn(deep('{"a":1,"a":1}'))[0]!.length).toBeLessThan(100);
    // Quadratic time in the wrong place would take minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
