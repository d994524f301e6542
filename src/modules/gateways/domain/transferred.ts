import type { Transferred } from './bank-gateway.js';
import type { ProviderReference, TakenOn } from './payment-gateway.js';
import type { Transfer } from './transfer.js';

/** In the place of digits that are not shown. `X` is a mask only where it is repeated: it is also a letter. */
const MASK = /(?:[*•·#.…]|[Xx]{2,})+/g;

/**
 * In what the bank's transfer differs from the one that was submitted, or null. What the bank does not say is not
 * compared, and neither is an account number of a transfer to a VPA, which the bank itself has found.
 */
export function differenceFrom(
  { amountPaise, beneficiary }: Transfer,
  told: Transferred,
): 'amount' | 'account' | 'VPA' | null {
  if (told.amountPaise !== undefined && told.amountPaise !== amountPaise) return 'amount';
  if (beneficiary.vpa === undefined) return shows(told.accountNumber, beneficiary.accountNumber) ? null : 'account';
  return shows(told.vpa, beneficiary.vpa) ? null : 'VPA';
}

/** What is known of a transfer that differs: nothing, and a person must look. */
export function anotherTransfer(difference: 'amount' | 'account' | 'VPA') {
  const why = `the bank holds a transfer with another ${difference} under this reference`;
  return { kind: 'unknown', why, isAnother: true } as const;
}

/**
 * Whether the bank says what amount went where, so that {@link differenceFrom} has compared both: what it leaves out, or
 * masks wholly, it may have otherwise.
 */
export function isWhole({ beneficiary }: Transfer, { amountPaise, accountNumber, vpa }: Transferred): boolean {
  const shown = (beneficiary.vpa === undefined ? accountNumber : vpa) ?? '';
  return amountPaise !== undefined && /[\p{L}\p{N}]/u.test(shown.replace(MASK, ''));
}

/** What is known of a charge or a refund that differs: nothing, and a person must look. */
export function anotherOrder(difference: 'amount' | 'currency') {
  const why = `the provider has another ${difference} under this reference`;
  return { kind: 'unknown', why, isAnother: true } as const;
}

/** In what a charge or a refund at the provider differs from the one that was submitted, or null. */
export function differenceFromOrder(
  { amountMinor, currency }: Pick<ProviderReference, 'amountMinor' | 'currency'>,
  told: TakenOn,
): 'amount' | 'currency' | null {
  if (told.amountMinor !== undefined && told.amountMinor !== amountMinor) return 'amount';
  return told.currency !== undefined && told.currency !== currency ? 'currency' : null;
}

/**
 * Whether what the bank shows may be this number. Banks pad numbers with zeros, write them in groups, and mask any
 * part, not always with one sign for each digit. Nothing shown is no difference.
 */
function shows(shown: string | null | undefined, whole: string): boolean {
  const parts = plain(shown ?? '').split(MASK);
  const [first, ...rest] = parts;
  const last = rest.pop();
  const number = plain(whole);
  if (last === undefined) return first === '' || unpadded(first!) === unpadded(number);
  // A masked number begins and ends as the whole does; a middle part that is shown stands somewhere between.
  const begins = first === '' || number.startsWith(first!) || unpadded(number).startsWith(unpadded(first!));
  return begins && number.endsWith(last) && rest.every((part) => number.includes(part));
}

function plain(text: string): string {
  return text.replace(/[\s-]/g, '').toLowerCase();
}

function unpadded(number: string): string {
  return number.replace(/^0+(?=.)/, '');
}
