import { parseMinor } from './foreign.ts';
import { parseRupees } from './parse.ts';

/** What lists can look for, in paise. */
export const ANY_AMOUNT = { min: 1n, max: 10_000_000_000_000n } as const;

/** What a person types in a currency, in its minor units: rupees the Indian way, too. @returns null where it is no amount */
export function parseAmount(text: string | undefined, currency: string): bigint | null {
  if (text === undefined) return null;
  if (currency !== 'INR') return parseMinor(text, currency);
  const parsed = parseRupees(text, ANY_AMOUNT);
  return parsed.ok ? parsed.paise : null;
}
