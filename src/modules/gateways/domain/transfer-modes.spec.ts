import { describe, expect, it } from '@jest/globals';
import { EVERY_MODE } from './bank-gateway.js';
import { carries, chooseMode, limitsOf, ModeNotSupported } from './transfer-modes.js';
import { TRANSFER_MODES, type TransferMode } from '../gateways.language.js';

const ONE_LAKH = 1_00_000_00n;
const TWO_LAKH = 2_00_000_00n;
const FIVE_LAKH = 5_00_000_00n;
const THE_MOST = 10n ** 13n;

const EVERY_BANK = [{ modes: EVERY_MODE }];

const choose = (
  wanted: TransferMode | null,
  amountPaise: bigint,
  banks = EVERY_BANK as Parameters<typeof chooseMode>[0],
) => chooseMode(banks, wanted, { amountPaise, paysTo: 'account' });

const chooseForVpa = (wanted: TransferMode | null, amountPaise: bigint): TransferMode =>
  chooseMode(EVERY_BANK, wanted, { amountPaise, paysTo: 'vpa' });

describe('the mode of a transfer', () => {
  it.each([
    [1n, 'IMPS'],
    [TWO_LAKH, 'IMPS'],
    [FIVE_LAKH - 1n, 'IMPS'],
    [FIVE_LAKH, 'IMPS'],
    [FIVE_LAKH + 1n, 'NEFT'],
    [THE_MOST, 'NEFT'],
  ] as const)('of %s paise, when none is asked for, is %s', (paise, mode) => {
    expect(choose(null, paise)).toBe(mode);
  });

  it.each([
    ['IMPS', 1n],
    ['IMPS', FIVE_LAKH],
    ['NEFT', 1n],
    ['NEFT', FIVE_LAKH + 1n],
    ['NEFT', THE_MOST],
    ['RTGS', TWO_LAKH],
    ['RTGS', TWO_LAKH + 1n],
    ['RTGS', THE_MOST],
  ] as const)('is %s for %s paise when it is asked for', (mode, paise) => {
    expect(choose(mode, paise)).toBe(mode);
  });

  it.each([
    ['IMPS', FIVE_LAKH + 1n, 'IMPS carries at most ₹5,00,000.00 in one transfer.', null, 5_00_000_00],
    ['IMPS', THE_MOST, 'IMPS carries at most ₹5,00,000.00 in one transfer.', null, 5_00_000_00],
    ['RTGS', TWO_LAKH - 1n, 'RTGS carries at least ₹2,00,000.00 in one transfer.', 2_00_000_00, null],
    ['RTGS', 1n, 'RTGS carries at least ₹2,00,000.00 in one transfer.', 2_00_000_00, null],
  ] as const)('cannot be %s for %s paise, and is not changed behind the back', (mode, paise, message, min, max) => {
    expect(() => choose(mode, paise)).toThrow(ModeNotSupported);
    expect(() => choose(mode, paise)).toThrow(
      expect.objectContaining({
        code: 'mode_not_supported',
        message,
        extensions: { mode, min_amount_paise: min, max_amount_paise: max },
      }),
    );
  });

  it('is one of four', () => {
    expect(TRANSFER_MODES).toEqual(['IMPS', 'NEFT', 'RTGS', 'UPI']);
  });

  it('is UPI to a VPA, up to one lakh, and nothing else', () => {
    expect(chooseForVpa(null, ONE_LAKH)).toBe('UPI');
    expect(chooseForVpa('UPI', 100n)).toBe('UPI');
    expect(() => chooseForVpa(null, ONE_LAKH + 1n)).toThrow(
      expect.objectContaining({
        message: 'UPI carries at most ₹1,00,000.00 in one transfer.',
        extensions: { mode: 'UPI', min_amount_paise: null, max_amount_paise: 1_00_000_00 },
      }),
    );
  });

  it.each([
    ['UPI', 'account', 'UPI pays to a VPA, but this bank account is an account number.'],
    ['IMPS', 'vpa', 'IMPS pays to an account number, but this bank account is a VPA.'],
    ['RTGS', 'vpa', 'RTGS pays to an account number, but this bank account is a VPA.'],
  ] as const)('cannot be %s to what it does not pay to (%s)', (mode, paysTo, message) => {
    const refusal = { message, extensions: { mode, min_amount_paise: null, max_amount_paise: null } };
    expect(() => chooseMode(EVERY_BANK, mode, { amountPaise: 100n, paysTo })).toThrow(expect.objectContaining(refusal));
  });

  it('is what a bank offers, within its own limits', () => {
    const narrow = { modes: { IMPS: { maxPaise: TWO_LAKH }, RTGS: {} } };
    expect(choose(null, TWO_LAKH, [narrow])).toBe('IMPS');
    expect(choose(null, TWO_LAKH + 1n, [narrow])).toBe('RTGS');
    expect(() => choose('IMPS', TWO_LAKH + 1n, [narrow])).toThrow('IMPS carries at most ₹2,00,000.00 in one transfer.');
    expect(() => choose('NEFT', 100n, [narrow])).toThrow('No enabled bank offers NEFT.');
    expect(limitsOf(narrow, 'RTGS')).toEqual({ minPaise: TWO_LAKH });
    expect(limitsOf(narrow, 'UPI')).toBeNull();
    expect(carries(narrow, 'RTGS', TWO_LAKH - 1n)).toBe(false);
  });

  it('is what the widest of several banks carries', () => {
    const banks = [{ modes: { IMPS: { maxPaise: ONE_LAKH } } }, { modes: { IMPS: {} } }];
    expect(choose('IMPS', FIVE_LAKH, banks)).toBe('IMPS');
    expect(() => choose('IMPS', FIVE_LAKH + 1n, banks)).toThrow('IMPS carries at most ₹5,00,000.00 in one transfer.');
  });
});
