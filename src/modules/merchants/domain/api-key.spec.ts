import { describe, expect, it } from '@jest/globals';
import { chosenSecret, newSecret, SECRET_BYTES } from './api-key.js';

describe('a new API key', () => {
  const random = Uint8Array.from({ length: SECRET_BYTES }, (_, i) => i * 7);

  it('names its kind and carries 256 bits as letters and digits', () => {
    expect(newSecret('merchant', random).text).toMatch(/^bahi_merchant_[0-9A-Za-z]{43}$/);
    expect(newSecret('operator', random).text).toMatch(/^bahi_operator_[0-9A-Za-z]{43}$/);
  });

  it('keeps every bit, up to the largest number of 256 bits', () => {
    const one = new Uint8Array(SECRET_BYTES).fill(1, SECRET_BYTES - 1);
    const all = new Uint8Array(SECRET_BYTES).fill(255);
    expect(newSecret('merchant', one).text).toBe(`bahi_merchant_${'0'.repeat(42)}1`);
    // 2^256 − 1, converted with another program.
    expect(newSecret('merchant', all).text).toBe('bahi_merchant_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1');
  });

  it('shows how it begins and ends, and no more of its secret', () => {
    const { text, prefix, last4 } = newSecret('merchant', random);
    expect(prefix).toBe('bahi_merchant_');
    expect(last4).toBe(text.slice(-4));
  });

  it('is refused fewer random bits', () => {
    expect(() => newSecret('merchant', new Uint8Array(16))).toThrow('256 random bits');
  });
});

describe('a key that was chosen for the demo', () => {
  it('is recognised by its beginning and its end', () => {
    expect(chosenSecret('api-key-acme-agency')).toEqual({
      text: 'api-key-acme-agency',
      prefix: 'api-key-',
      last4: 'ency',
    });
  });

  it.each(['short-key', 'With-Capitals-in-it', 'with spaces in it here', 'x'.repeat(65)])('cannot be %s', (text) => {
    expect(() => chosenSecret(text)).toThrow('a chosen key has');
  });
});
