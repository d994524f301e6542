import type { Transferred } from './bank-gateway.js';
import type { ProviderReference, TakenOn } from './payment-gateway.js';
import type { Transfer } from './transfer.js';

/** What banks write in place of hidden digits. `X` counts as a mask only if it is repeated: it is also a letter. */
const DIGIT_MASK = /(?:[*•·#.…]|[Xx]{2,})+/g;

/** In a VPA a single dot is an ordinary character (NPCI), and names may contain a double `x`. */
const VPA_MASK = /(?:[*•·#…]|\.{2,}|[Xx]{3,})+/g;

/** Fewer visible characters than these do not identify an account: many numbers end in the same two digits. */
const SHOWN_DIGITS = 4;
const SHOWN_LETTERS = 2;

/**
 * How the bank's transfer differs from the one that was submitted; null if no difference shows. What the bank leaves
 * out is not compared. For a transfer to a VPA no account number is compared: the bank looked that up itself.
 */
export function differenceFrom(
  { amountPaise, beneficiary }: Transfer,
  stated: Transferred,
): 'amount' | 'account' | 'VPA' | null {
  if (stated.amountPaise !== undefined && stated.amountPaise !== amountPaise) return 'amount';
  if (beneficiary.vpa === undefined)
    return shows(stated.accountNumber, beneficiary.accountNumber, DIGIT_MASK) ? null : 'account';
  return shows(stated.vpa, beneficiary.vpa, VPA_MASK) ? null : 'VPA';
}

/** The ending of a transfer that differs: its outcome is unknown, and a person must look. */
export function anotherTransfer(difference: 'amount' | 'account' | 'VPA') {
  const why = `the bank holds a transfer with another ${difference} under this reference`;
  return { kind: 'unknown', why, isAnother: true } as const;
}

/**
 * Whether the bank names amount and destination, so that {@link differenceFrom} has compared both. A field that the
 * bank leaves out or masks completely may differ.
 */
export function isWhole({ beneficiary }: Transfer, { amountPaise, accountNumber, vpa }: Transferred): boolean {
  const isNamed =
    beneficiary.vpa === undefined
      ? names(accountNumber, DIGIT_MASK, SHOWN_DIGITS)
      : names(vpa?.split('@')[0], VPA_MASK, SHOWN_LETTERS);
  return amountPaise !== undefined && isNamed;
}

/** @param atLeast how many letters and digits must be visible if some are masked */
function names(shown: string | null | undefined, mask: RegExp, atLeast: number): boolean {
  const text = plain(shown ?? '');
  const legible = text.replace(mask, '');
  const signs = legible.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return signs >= (legible === text ? 1 : atLeast);
}

/** The ending of a charge or a refund that differs: its outcome is unknown, and a person must look. */
export function anotherOrder(difference: 'amount' | 'currency') {
  const why = `the provider has another ${difference} under this reference`;
  return { kind: 'unknown', why, isAnother: true } as const;
}

/** How a charge or a refund at the provider differs from the one that was submitted; null if no difference shows. */
export function differenceFromOrder(
  { amountMinor, currency }: Pick<ProviderReference, 'amountMinor' | 'currency'>,
  stated: TakenOn,
): 'amount' | 'currency' | null {
  if (stated.amountMinor !== undefined && stated.amountMinor !== amountMinor) return 'amount';
  return stated.currency !== undefined && stated.currency !== currency ? 'currency' : null;
}

/**
 * Whether what the bank shows may be this number. Banks pad numbers with zeros, write them in groups, and mask any
 * part, not always with one mask character per digit. If the bank shows nothing, that is no difference.
 */
function shows(shown: string | null | undefined, whole: string, mask: RegExp): boolean {
  const parts = plain(shown ?? '').split(mask);
  const [first, ...rest] = parts;
  const last = rest.pop();
  const number = plain(whole);
  if (last === undefined) return first === '' || unpadded(first!) === unpadded(number);
  // The first and last visible parts must match the ends of the number; those between may be anywhere in it.
  const begins = first === '' || number.startsWith(first!) || unpadded(number).startsWith(unpadded(first!));
  return begins && number.endsWith(last) && rest.every((part) => number.includes(part));
}

function plain(text: string): string {
  return text.replace(/[\s-]/g, '').toLowerCase();
}

function unpadded(number: string): string {
  return number.replace(/^0+(?=.)/, '');
}
