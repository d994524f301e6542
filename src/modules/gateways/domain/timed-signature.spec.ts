import { describe, expect, it } from '@jest/globals';
import { hmacSha256 } from '../../../shared/sha256.js';
import { CallbackRefused } from './callback-events.js';
import { messageSignedBy, timedSignature } from './timed-signature.js';

const SECRETS = ['the new secret', 'the old secret'];
const NOW = new Date('2026-01-01T00:00:00Z');
const BODY = Buffer.from('{"a":1}');

const read = (signature: string, now = NOW) =>
  messageSignedBy(SECRETS, 'x-signature', { headers: { 'x-signature': signature }, body: BODY, receivedAt: now });

describe('a message that is signed with its time', () => {
  it.each(SECRETS)('is read, whichever secret has signed it: %s', (secret) => {
    expect(read(timedSignature(BODY, secret, NOW))).toEqual({ a: 1 });
  });

  it.each(['', 'another secret'])('is refused when "%s" has signed it', (secret) => {
    expect(() => read(timedSignature(BODY, secret, NOW))).toThrow(CallbackRefused);
  });

  it.each([
    ['no time', `v1=${hmacSha256(SECRETS[0]!, 'NaN.', BODY)}`],
    ['a time that is no number', `t=NaN,v1=${hmacSha256(SECRETS[0]!, 'NaN.', BODY)}`],
    ['an empty time', `t=,v1=${hmacSha256(SECRETS[0]!, '.', BODY)}`],
  ])('is refused with %s, though it is signed', (_what, signature) => {
    expect(() => read(signature)).toThrow(CallbackRefused);
  });

  it('is refused five minutes later or earlier, and when nobody knows what time it is', () => {
    const signature = timedSignature(BODY, SECRETS[0]!, NOW);
    for (const now of [NOW.getTime() + 301_000, NOW.getTime() - 301_000, NaN])
      expect(() => read(signature, new Date(now))).toThrow(CallbackRefused);
  });
});
