import { describe, expect, it } from '@jest/globals';
import { Money } from '../../../shared/money.js';
import { usualMode } from './transfer-mode.js';

describe('the usual mode', () => {
  it.each([
    [100n, 'IMPS'],
    [5_00_000_00n, 'IMPS'],
    [5_00_000_01n, 'NEFT'],
    [10n ** 13n, 'NEFT'],
  ] as const)('of %s paise is %s', (paise, mode) => {
    expect(usualMode(Money.ofPaise(paise))).toBe(mode);
  });
});
