import { describe, expect, it } from '@jest/globals';
import { sha256 } from './sha256.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('SHA-256', () => {
  // FIPS 180-4, examples of NIST's Cryptographic Toolkit.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of "%s" is that of the standard', (text, digest) => {
    expect(hex(sha256(text))).toBe(digest);
  });

  it('covers its parts in order as if they were one, texts as UTF-8', () => {
    const whole = sha256(Buffer.from('पैसा 💸 paise', 'utf8'));
    expect(sha256('पैसा ', Buffer.from('💸', 'utf8'), ' paise')).toEqual(whole);
    expect(sha256(' paise', '💸', 'पैसा ')).not.toEqual(whole);
    expect(whole).toHaveLength(32);
  });

  it('of nothing is that of the empty text', () => {
    expect(sha256()).toEqual(sha256(''));
  });
});
