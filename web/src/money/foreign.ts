import { formatAmount, formatRupees } from './format.ts';

/** Digits after the decimal point (ISO 4217) for currencies that do not have two. */
const DIGITS: Readonly<Record<string, number>> = { JPY: 0, KWD: 3 };

const digitsOf = (currency: string): number => DIGITS[currency] ?? 2;

/**
 * `123450n` of `USD` → `USD 1,234.50`, `500n` of `JPY` → `JPY 500`. The code is shown because four currencies are
 * called `$`.
 */
export function formatMinor(minor: bigint, currency: string, locale = 'en-IN'): string {
  if (currency === 'INR') return formatRupees(minor, locale);
  const sign = minor < 0n ? '−' : '';
  return `${currency}\u00a0${sign}${grouped(minor < 0n ? -minor : minor, currency)}`;
}

/** `123450n` of `USD` → `1,234.50`, of `INR` as well; `12345000n` of `INR` → `1,23,450.00`, as a field contains it. */
export function fieldText(minor: bigint, currency: string): string {
  return currency === 'INR' ? formatAmount(minor) : grouped(minor, currency);
}

function grouped(minor: bigint, currency: string): string {
  const { whole, fraction } = partsOf(minor, digitsOf(currency));
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === '' ? thousands : `${thousands}.${fraction}`;
}

/** `123450n` of `USD` → `1234.50`, as an address contains it. */
export function minorText(minor: bigint, currency: string): string {
  const { whole, fraction } = partsOf(minor, digitsOf(currency));
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/**
 * Parses what a person types, exactly or not at all: digits, thousands grouped by commas, no more decimals than the
 * currency has.
 * @returns null if it is not a positive amount
 */
export function parseMinor(text: string, currency: string): bigint | null {
  const [, whole, fraction = ''] = /^(\d{1,16}|\d{1,3}(?:,\d{3}){1,5})(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  const digits = digitsOf(currency);
  if (whole === undefined || fraction.length > digits) return null;
  const minor = BigInt(whole.replaceAll(',', '') + fraction.padEnd(digits, '0'));
  return minor > 0n ? minor : null;
}

function partsOf(minor: bigint, digits: number): { whole: string; fraction: string } {
  const text = minor.toString().padStart(digits + 1, '0');
  return { whole: text.slice(0, text.length - digits), fraction: text.slice(text.length - digits) };
}
