import { formatPaise } from '../money.js';

/** How values of particulars stand in JSON. */
export interface Kinds {
  readonly integer: number;
  readonly text: string;
  readonly 'text or null': string | null;
  readonly texts: readonly string[];
  /** Signed, in decimal digits: of paise, or of another currency's minor units. */
  readonly amount: string;
  /** The same by the name of an account, or of whose money it is. */
  readonly amounts: Readonly<Record<string, string>>;
}

/** The values of a code, by name. */
export type Shape = Readonly<Record<string, keyof Kinds>>;
export type ValuesOf<Values extends Shape> = { readonly [Name in keyof Values]: Kinds[Values[Name]] };

/** As people read an amount of paise. */
export const rupees = (paise: string): string => formatPaise(BigInt(paise));
