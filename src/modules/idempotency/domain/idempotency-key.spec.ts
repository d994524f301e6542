import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../shared/domain-error.js';
import { isRecorded, parseIdempotencyKey } from './idempotency-key.js';

describe('an Idempotency-Key', () => {
  it.each([
    ['k', 'k'],
    ['0198c0de-0001-7000-8000-000000000001', '0198c0de-0001-7000-8000-000000000001'],
    ['with space', 'with space'],
    ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
    ['a'.repeat(255), 'a'.repeat(255)],
    // RFC 8941 §3.3.3: a structured header sends a text in quotes; a client may send the key with or without them.
    ['"k"', 'k'],
    ['  k \t', 'k'],
    [' "k" ', 'k'],
    ['" k "', ' k '],
    [`"${'a'.repeat(255)}"`, 'a'.repeat(255)],
    // Quotes that do not enclose the key are part of it.
    ['"', '"'],
    ['"k', '"k'],
    ['k"', 'k"'],
    ['a"b"c', 'a"b"c'],
    ['""k""', '"k"'],
  ])('sent as %j is %j', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \t '],
    ['empty quotes', '""'],
    ['256 characters', 'a'.repeat(256)],
    ['256 characters in quotes', `"${'a'.repeat(256)}"`],
    ['a tab inside', 'a\tb'],
    ['a line break inside', 'a\nb'],
    ['a line break inside quotes', '"a\n"'],
    ['U+0000', 'a\u0000'],
    ['DEL', 'a\u007f'],
    ['an accent', 'clé'],
    ['letters of another script', 'कुंजी'],
    ['an emoji', '🔑'],
    ['a lone surrogate', '\ud83d'],
  ])('cannot be %s', (_, header) => {
    expect(parseIdempotencyKey(header)).toBeNull();
  });
});

describe('a refusal', () => {
  const words = { code: 'no', status: 422, title: 'No', meaning: 'No.', remedy: 'Wait.' };

  it('is remembered by its key when its class is marked so', () => {
    class Remembered extends DomainError {
      static override readonly problem = { ...words, remembered: true };
    }
    class Forgotten extends DomainError {
      static override readonly problem = words;
    }
    expect(isRecorded(new Remembered('No.'))).toBe(true);
    expect(isRecorded(new Forgotten('No.'))).toBe(false);
  });

  it('is remembered only when it is one of ours: a mistake is not an answer', () => {
    for (const thrown of [
      Object.assign(new Error('x'), { code: 'insufficient_funds' }),
      null,
      undefined,
      'insufficient_funds',
    ])
      expect(isRecorded(thrown)).toBe(false);
  });
});
