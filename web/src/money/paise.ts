/** Amounts are whole paise, as `bigint` from the API's answer to the screen: a float never holds money. */

/** The largest amount that the API can show: the largest integer that a JSON number holds exactly (2^53 − 1). */
export const MAX_PAISE = 9_007_199_254_740_991n;

/**
 * The smallest and largest amount of one payout (`amount_paise` of `POST /payouts`): ₹1.00 to ₹1,00,00,00,00,000.00.
 */
export const PAYOUT_PAISE = { min: 100n, max: 10_000_000_000_000n } as const;

/**
 * Converts an amount from an answer.
 * @throws RangeError if it is not an integer, or if a JSON number may have rounded it
 */
export function paiseOf(wire: number | bigint | string): bigint {
  if (typeof wire === 'bigint') return wire;
  if (typeof wire === 'number' && !Number.isSafeInteger(wire)) throw new RangeError(`no exact amount: ${wire}`);
  const text = String(wire);
  if (!/^-?\d+$/.test(text)) throw new RangeError(`no whole paise: ${text}`);
  return BigInt(text);
}

/**
 * Converts an amount to a JSON number for a request.
 * @throws RangeError beyond {@link MAX_PAISE}: a JSON number would round it
 */
export function wireOf(paise: bigint): number {
  if (paise > MAX_PAISE || paise < -MAX_PAISE) throw new RangeError(`no JSON number holds ${paise} paise`);
  return Number(paise);
}
