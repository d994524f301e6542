/** Rupees as people in India write them. */

const LATIN = '0123456789';

/** Groups the digits of rupees the Indian way: `1234567` → `12,34,567`. */
export function groupIndian(digits: string): string {
  const lastThree = digits.slice(-3);
  const lakhs = digits.slice(0, -3).replace(/\B(?=(\d{2})+$)/g, ',');
  return lakhs === '' ? lastThree : `${lakhs},${lastThree}`;
}

/** `10000000n` → `1,00,000.00`, as a text field contains it. */
export function formatAmount(paise: bigint): string {
  const { sign, rupees, fraction } = partsOf(paise);
  return `${sign}${groupIndian(rupees)}.${fraction}`;
}

/**
 * `10000000n` → `₹1,00,000.00`, `-50n` → `−₹0.50`. Digits are Latin unless the locale asks for others: `hi-IN` does
 * not, `hi-IN-u-nu-deva` does.
 */
export function formatRupees(paise: bigint, locale = 'en-IN'): string {
  const { sign, rupees, fraction } = partsOf(paise);
  return inDigitsOf(locale, `${sign}₹${groupIndian(rupees)}.${fraction}`);
}

/** `+₹500.00` or `−₹500.00`: the change of an account's balance. */
export function formatMovement(paise: bigint, locale = 'en-IN'): string {
  return `${paise > 0n ? '+' : ''}${formatRupees(paise, locale)}`;
}

function partsOf(paise: bigint): { sign: string; rupees: string; fraction: string } {
  const absolute = paise < 0n ? -paise : paise;
  return {
    sign: paise < 0n ? '−' : '',
    rupees: (absolute / 100n).toString(),
    fraction: (absolute % 100n).toString().padStart(2, '0'),
  };
}

const digitsByLocale = new Map<string, string>();

function inDigitsOf(locale: string, text: string): string {
  let digits = digitsByLocale.get(locale);
  if (digits === undefined) {
    const format = new Intl.NumberFormat(locale, { useGrouping: false });
    digits = [...LATIN].map((digit) => format.format(Number(digit))).join('');
    digitsByLocale.set(locale, digits);
  }
  return digits === LATIN ? text : text.replace(/\d/g, (digit) => digits[Number(digit)]!);
}
