/** What can be charged in, and how many decimals its minor unit has (ISO 4217). */
const DECIMALS = { INR: 2, USD: 2, EUR: 2, GBP: 2, AED: 2, SGD: 2, JPY: 0, KWD: 3 } as const;

export type Currency = keyof typeof DECIMALS;
export const CURRENCIES = Object.keys(DECIMALS) as Currency[];

/** Rupees for one unit of the currency, as the gateway quotes it: up to nine digits before and after the point. */
const RATE = /^(\d{1,9})(?:\.(\d{1,9}))?$/;

/** Whether the text is a rate that money can be converted at: a decimal above zero. */
export function isRate(text: string): boolean {
  return RATE.test(text) && /[1-9]/.test(text);
}

/**
 * Paise for an amount in minor units, in integers, rounded half to even: over many payments nobody gains.
 * @param rate rupees for one unit of the currency: `83.25`
 * @throws RangeError when the rate is none
 */
export function paiseFor(amountMinor: bigint, currency: Currency, rate: string): bigint {
  const [, units, fraction = ''] = RATE.exec(rate) ?? [];
  if (units === undefined || !isRate(rate)) throw new RangeError(`not a rate: ${rate}`);
  const paiseAtRate = amountMinor * BigInt(units + fraction) * 100n;
  return dividedHalfEven(paiseAtRate, 10n ** BigInt(fraction.length + DECIMALS[currency]));
}

/** So many hundredths of a percent of the amount, rounded half to even. */
export function shareOf(paise: bigint, basisPoints: bigint): bigint {
  return dividedHalfEven(paise * basisPoints, 10_000n);
}

/** Neither may be negative. */
function dividedHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twiceRest = (numerator % denominator) * 2n;
  const up = twiceRest > denominator || (twiceRest === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
