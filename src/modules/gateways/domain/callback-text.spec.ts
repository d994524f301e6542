import { describe, expect, it } from '@jest/globals';
import { storedText } from './callback-text.js';

const stored = (message: unknown): unknown => JSON.parse(storedText(Buffer.from(JSON.stringify(message))));

describe('the text of a callback that is kept', () => {
  it('is what the gateway has signed', () => {
    const message = {
      event: 'payout.initiated',
      payload: { payout: { entity: { status: 'initiated', amount: 1_000 } } },
    };
    expect(stored(message)).toEqual(message);
    expect(storedText(Buffer.from('moved — €\n'))).toBe('moved — €\n');
  });

  it('shows no account number and no VPA, wherever they stand', () => {
    const shown = { account_number: '50100012340001', note: 'to 50100012340001 now', vpa: 'a.rao@okaxis' };
    expect(stored(shown)).toEqual({ account_number: 'XXXX0001', note: 'to XXXX0001 now', vpa: 'XXXXaxis' });
    expect(storedText(Buffer.from('{"account": 50100012340001}'))).toBe('{"account": XXXX0001}');
  });

  it('shows by what the money is found again', () => {
    const found = {
      utr: '523223155921',
      transfer_utr: '523223155922',
      id: 'pout_00000000000001',
      created_at: 1_700_000_000,
      reference_id: '019b8c6c-5078-7d02-8a11-0c0ffee12345',
      amount: 9_007_199_254_740_991,
    };
    expect(stored(found)).toEqual(found);
  });

  it('has an end, and can be stored', () => {
    expect(storedText(Buffer.alloc(100_000, ' '))).toHaveLength(16_384);
    // Masking may make the text longer, and a word that the cut divides is left out.
    const addresses = storedText(Buffer.from('jo@upi '.repeat(10_000)));
    expect(addresses.length).toBeLessThanOrEqual(16_384);
    expect(addresses).not.toContain('jo@');
    expect(storedText(Buffer.from(`${' '.repeat(16_376)}50100012340001`))).not.toContain('5010');
    expect(storedText(Buffer.from([0x61, 0x00, 0x62, 0xff]))).toBe('a\uFFFDb\uFFFD');
  });
});
