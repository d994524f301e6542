import { latinDigits } from './digits.ts';
import { PAYOUT_PAISE } from './paise.ts';

/** Why an amount is refused. The catalogue of texts has a sentence for each. */
export const AMOUNT_REFUSALS = [
  'empty',
  'not_a_number',
  'grouping',
  'too_many_decimals',
  'negative',
  'zero',
  'too_small',
  'too_large',
] as const;
export type AmountRefusal = (typeof AMOUNT_REFUSALS)[number];

export type ParsedAmount =
  { readonly ok: true; readonly paise: bigint } | { readonly ok: false; readonly refusal: AmountRefusal };

/** In paise, both ends included. */
export interface AmountLimits {
  readonly min: bigint;
  readonly max: bigint;
}

/** Invisible characters that spreadsheets and chat programs put around copied text. */
const AROUND = /^[\s\u200b\u200e\u200f\u2060\ufeff]+|[\s\u200b\u200e\u200f\u2060\ufeff]+$/g;

const CURRENCY_BEFORE = /^(?:₹|rs\.?|inr|रु\.?) ?/i;
/** `/-` ends an amount on a cheque. */
const CURRENCY_BEHIND = / ?(?:\/-|inr)$/i;
const SIGN = /^[-−–+] ?/;

/** A longer text is not an amount. */
const MAX_LENGTH = 64;

/** More digits than any limit has: a longer number is refused before it is built. */
const MAX_DIGITS = 20;

/**
 * Parses rupees that a person types or pastes, exactly or not at all: nothing is rounded, and a text that two readers
 * could take for different amounts (`1,0,0`, `1,50`, `1.500`) is refused.
 */
export function parseRupees(text: string, limits: AmountLimits = PAYOUT_PAISE): ParsedAmount {
  const trimmed = latinDigits(text).replace(AROUND, '').replace(/\s/g, ' ');
  if (trimmed === '') return refused('empty');
  if (trimmed.length > MAX_LENGTH) return refused('not_a_number');
  const { isNegative, number } = withoutMarks(trimmed);
  const amount = unsigned(number);
  if (!amount.ok) return amount;
  if (amount.paise === 0n) return refused('zero');
  if (isNegative) return refused('negative');
  if (amount.paise < limits.min) return refused('too_small');
  return amount.paise > limits.max ? refused('too_large') : amount;
}

/** Removes one sign, before or after the currency, or the brackets that accountants write instead. */
function withoutMarks(text: string): { isNegative: boolean; number: string } {
  const bracketed = /^\(([^()]+)\)$/.exec(text)?.[1];
  let rest = (bracketed ?? text).trim();
  let sign = bracketed === undefined ? takeSign() : null;
  rest = rest.replace(CURRENCY_BEFORE, '').replace(CURRENCY_BEHIND, '');
  if (bracketed === undefined) sign ??= takeSign();
  return { isNegative: bracketed !== undefined || (sign !== null && sign !== '+'), number: rest };

  function takeSign(): string | null {
    const found = SIGN.exec(rest)?.[0] ?? null;
    if (found !== null) rest = rest.slice(found.length);
    return found?.trim() ?? null;
  }
}

function unsigned(number: string): ParsedAmount {
  const [, mantissa, exponent] = /^(\d[\d.]*)e([+-]?\d+)$/i.exec(number) ?? [undefined, number, undefined];
  const [, rupees, fraction] = /^([\d, ]*)(?:\.(\d*))?$/.exec(mantissa) ?? [];
  if (rupees === undefined || !/\d/.test(mantissa)) return refused('not_a_number');
  if (exponent !== undefined) return shifted(rupees, fraction ?? '', exponent);
  if (/[, ]/.test(rupees) && !isGrouped(rupees)) return refused('grouping');
  return exact(rupees.replace(/[, ]/g, ''), fraction ?? '');
}

/** In lakhs (`12,34,567`) or in thousands (`1,234,567`), with commas or with spaces. */
function isGrouped(rupees: string): boolean {
  const [first, ...rest] = rupees.split(rupees.includes(',') ? ',' : ' ');
  const between = rest.slice(0, -1);
  const isDigits = (group: string | undefined, least: number, most = least): boolean =>
    group !== undefined && /^\d+$/.test(group) && group.length >= least && group.length <= most;
  if (first!.startsWith('0') || !isDigits(rest.at(-1), 3)) return false;
  const inLakhs = isDigits(first, 1, 2) && between.every((group) => isDigits(group, 2));
  return inLakhs || (isDigits(first, 1, 3) && between.every((group) => isDigits(group, 3)));
}

function exact(rupees: string, fraction: string): ParsedAmount {
  if (fraction.length > 2) return refused('too_many_decimals');
  const digits = rupees.replace(/^0+/, '');
  if (digits.length > MAX_DIGITS) return refused('too_large');
  return { ok: true, paise: BigInt(`${digits}${fraction.padEnd(2, '0')}`) };
}

/** `1.5e3`, as spreadsheets write large numbers: the point moves, and no digit may end up smaller than a paisa. */
function shifted(rupees: string, fraction: string, exponent: string): ParsedAmount {
  const digits = `${rupees}${fraction}`.replace(/^0+/, '');
  if (digits === '') return { ok: true, paise: 0n };
  const zeros = Number(exponent) + 2 - fraction.length;
  if (digits.length + zeros > MAX_DIGITS) return refused('too_large');
  if (zeros >= 0) return { ok: true, paise: BigInt(digits + '0'.repeat(zeros)) };
  if (/[1-9]/.test(digits.slice(zeros))) return refused('too_many_decimals');
  return { ok: true, paise: BigInt(digits.slice(0, zeros)) };
}

function refused(refusal: AmountRefusal): ParsedAmount {
  return { ok: false, refusal };
}
