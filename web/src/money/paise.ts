/** Amounts are whole paise, and `bigint` from the answer of the API to the screen: a float never holds money. */

/** The largest amount that the API can show: the largest integer that a JSON number holds exactly (2^53 − 1). */
export const MAX_PAISE = 9_007_199_254_740_991n;

/** What one payout may carry, both ends included (`amount_paise` of `POST /payouts`): ₹1.00 to ₹1,00,00,00,00,000.00. */
export const PAYOUT_PAISE = { min: 100n, max: 10_000_000_000_000n } as const;

/**
 * An amount of an answer.
 * @throws RangeError when it is no integer, or one that a JSON number may have rounded
 */
export function paiseOf(wire: number | bigint | string): bigint {
  if (typeof wire === 'bigint') return wire;
  if (typeof wire === 'number' && !Number.isSafeInteger(wire)) throw new RangeError(`no exact amount: ${wire}`);
  const text = String(wire);
  if (!/^-?\d+$/.test(text)) throw new RangeError(`no whole paise: ${text}`);
  return BigInt(text);
}

/**
 * An amount as a JSON number of a request.
 * @throws RangeError beyond {@link MAX_PAISE}: a JSON number would round it
 */
export function wireOf(paise: bigint): number {
  if (paise > MAX_PAISE || paise < -MAX_PAISE) throw new RangeError(`no JSON number holds ${paise} paise`);
  return Number(paise);
}
