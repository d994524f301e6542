import { describe, expect, it } from '@jest/globals';
import { Money } from '../../../shared/money.js';
import { comparedMode, comparedModeToVpa } from './transfer-mode.js';

describe('the mode by which requests are compared', () => {
  it.each([
    [100n, 'IMPS'],
    [5_00_000_00n, 'IMPS'],
    [5_00_000_01n, 'NEFT'],
    [10n ** 13n, 'NEFT'],
  ] as const)('of %s paise to an account, where none is named, is %s', (paise, mode) => {
    expect(comparedMode(null, Money.ofPaise(paise))).toBe(mode);
  });

  it('to an account is the one that is named', () => {
    expect(comparedMode('RTGS', Money.ofPaise(100n))).toBe('RTGS');
  });

  it('to a VPA is UPI, named or not, and differs from any mode that no VPA takes', () => {
    expect([comparedModeToVpa(null), comparedModeToVpa('UPI')]).toEqual(['UPI', 'UPI']);
    const others = (['IMPS', 'NEFT', 'RTGS'] as const).flatMap((mode) => [
      comparedModeToVpa(mode),
      comparedMode(mode, Money.ofPaise(100n)),
    ]);
    expect(new Set(['UPI', ...others]).size).toBe(7);
  });
});
