import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_NUMBER, IFSC, lastFour } from './bank-account.js';

describe('an account number', () => {
  it.each(['00123', '000123456789', 'AB12cd34', '9'.repeat(35)])('may be %s', (text) => {
    expect(text).toMatch(ACCOUNT_NUMBER);
  });

  it.each(['1234', '9'.repeat(36), '1234 5678', '1234-5678', '१२३४५६७८', '12345678\n'])('cannot be %j', (text) => {
    expect(text).not.toMatch(ACCOUNT_NUMBER);
  });

  it('shows its last four characters only', () => {
    expect(lastFour('000123456789')).toBe('6789');
  });
});

describe('an IFSC', () => {
  it.each(['HDFC0000001', 'SBIN0005943', 'KKBK0ABC12Z'])('may be %s', (text) => {
    expect(text).toMatch(IFSC);
  });

  it.each(['hdfc0000001', 'HDFC1000001', 'HDF00000001', 'HDFC000000', 'HDFC00000011', 'HDFC0000 01', 'HDFC0000001\n'])(
    'cannot be %j',
    (text) => {
      expect(text).not.toMatch(IFSC);
    },
  );
});
