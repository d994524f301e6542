import { describe, expect, it } from '@jest/globals';
import { judgeHold, type HoldVerdict, type PostedCause } from './ledger-tables.js';

const DIGEST = 'ab'.repeat(32);
const EXPECTED = { paise: 500n, requestDigest: DIGEST };
const HELD: PostedCause = { seq: 2, availablePaise: -500n, requestDigest: DIGEST };

describe('a hold, compared with what is to be sent', () => {
  it.each<[string, PostedCause | undefined, HoldVerdict]>([
    ['of the amount, with the digest of what was requested', HELD, 'held'],
    ['of another amount', { ...HELD, availablePaise: -501n }, 'differs'],
    ['with another digest', { ...HELD, requestDigest: 'cd'.repeat(32) }, 'differs'],
    ['that is not there', undefined, 'differs'],
    ['without a digest, which it may lack', { ...HELD, requestDigest: null, mayLackDigest: true }, 'held'],
    ['without a digest, which it must have', { ...HELD, requestDigest: null, mayLackDigest: false }, 'undigested'],
    ['without a digest, of which no more is known', { ...HELD, requestDigest: null }, 'undigested'],
    [
      'of another amount, without a digest',
      { ...HELD, availablePaise: -501n, requestDigest: null, mayLackDigest: true },
      'differs',
    ],
  ])('%s', (_, posted, verdict) => {
    expect(judgeHold(posted, EXPECTED)).toBe(verdict);
  });

  it('is not needed where nothing is held', () => {
    expect(judgeHold(undefined, { ...EXPECTED, paise: 0n })).toBe('held');
  });
});
