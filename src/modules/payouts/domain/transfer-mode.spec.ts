import { describe, expect, it } from '@jest/globals';
import { Money } from '../../../shared/money.js';
import { chooseMode, ModeNotSupported, TRANSFER_MODES, type TransferMode } from './transfer-mode.js';

const TWO_LAKH = 2_00_000_00n;
const FIVE_LAKH = 5_00_000_00n;
const THE_MOST = 10n ** 13n;

const choose = (wanted: TransferMode | null, paise: bigint): TransferMode => chooseMode(wanted, Money.ofPaise(paise));

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

  it('is one of three', () => {
    expect(TRANSFER_MODES).toEqual(['IMPS', 'NEFT', 'RTGS']);
  });
});
