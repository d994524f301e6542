import { type Currency, CURRENCY_DECIMALS, RATE } from '../../gateways/gateways.language.js';

/**
 * Paise for an amount in minor units, in integers, rounded half to even, so that over many payments nobody gains.
 * @param rate rupees for one unit of the currency: `83.25`
 * @throws RangeError if the text is not a rate
 */
export function paiseFor(amountMinor: bigint, currency: Currency, rate: string): bigint {
  const [, units, fraction = ''] = RATE.exec(rate) ?? [];
  if (units === undefined) throw new RangeError(`not a rate: ${rate}`);
  const paiseAtRate = amountMinor * BigInt(units + fraction) * 100n;
  return dividedHalfEven(paiseAtRate, 10n ** BigInt(fraction.length + CURRENCY_DECIMALS[currency]));
}

/** This many hundredths of a percent of the amount, rounded half to even. */
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
