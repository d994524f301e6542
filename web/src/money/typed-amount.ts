import { parseMinor } from './foreign.ts';
import { parseRupees } from './parse.ts';

/** The range of amounts that lists can filter by, in paise. */
export const ANY_AMOUNT = { min: 1n, max: 10_000_000_000_000n } as const;

/**
 * Parses an amount in a currency, into its minor units; rupees may be grouped the Indian way. @returns null if it is
 * not an amount
 */
export function parseAmount(text: string | undefined, currency: string): bigint | null {
  if (text === undefined) return null;
  if (currency !== 'INR') return parseMinor(text, currency);
  const parsed = parseRupees(text, ANY_AMOUNT);
  return parsed.ok ? parsed.paise : null;
}

/** Whether the smallest amount is above the largest, so that nothing lies between them. */
export function isAmountRangeReversed(least: string | undefined, most: string | undefined, currency: string): boolean {
  const min = parseAmount(least, currency);
  const max = parseAmount(most, currency);
  return min !== null && max !== null && max < min;
}
