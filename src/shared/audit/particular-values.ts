import { formatPaise } from '../money.js';

/** The kinds of values of particulars, and their types in JSON. */
export interface Kinds {
  readonly integer: number;
  readonly text: string;
  readonly 'text or null': string | null;
  readonly texts: readonly string[];
  /** Signed, in decimal digits: paise, or minor units of another currency. */
  readonly amount: string;
  /** Amounts by the name of an account, or by the owner of the money. */
  readonly amounts: Readonly<Record<string, string>>;
}

/** The values of a code, by name. */
export type Shape = Readonly<Record<string, keyof Kinds>>;
export type ValuesOf<Values extends Shape> = { readonly [Name in keyof Values]: Kinds[Values[Name]] };

/** Formats an amount of paise for people. */
export const rupees = (paise: string): string => formatPaise(BigInt(paise));
