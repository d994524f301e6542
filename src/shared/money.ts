/**
 * The largest amount, in paise, that fits a JSON number exactly (2^53 − 1): ₹9,00,71,99,25,47,409.91.
 * No balance may exceed it in either direction, because it could not be shown.
 */
export const MAX_PAISE = 9_007_199_254_740_991n;

/** A non-negative amount of Indian rupees, held as whole paise. Never a float, never negative. */
export class Money {
  private constructor(readonly paise: bigint) {}

  /** @throws RangeError when negative or beyond {@link MAX_PAISE} */
  static ofPaise(paise: bigint): Money {
    if (paise < 0n) throw new RangeError(`money cannot be negative: ${paise} paise`);
    if (paise > MAX_PAISE) throw new RangeError(`money cannot exceed ${MAX_PAISE} paise: ${paise} paise`);
    return new Money(paise);
  }

  isLessThan(other: Money): boolean {
    return this.paise < other.paise;
  }

  toString(): string {
    return formatPaise(this.paise);
  }
}

/** Rupees as people in India write them: 10000000n → `₹1,00,000.00`, −50n → `−₹0.50`. */
export function formatPaise(paise: bigint): string {
  const absolute = paise < 0n ? -paise : paise;
  const rupees = (absolute / 100n).toString();
  const fraction = (absolute % 100n).toString().padStart(2, '0');
  const lastThree = rupees.slice(-3);
  const groups = rupees.slice(0, -3).replace(/\B(?=(\d{2})+$)/g, ',');
  return `${paise < 0n ? '−' : ''}₹${groups ? `${groups},` : ''}${lastThree}.${fraction}`;
}
