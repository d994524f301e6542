import type { Account } from './transaction.js';

/** The balance of each account by the transactions up to one. */
export interface BalancesAt {
  /** The last transaction that counts; 0: none does. */
  readonly seq: number;
  readonly accounts: Readonly<Record<Account, bigint>>;
}

/** A book at several moments, in one snapshot. */
export interface BookOverTime {
  /**
   * When it was read, by the database's clock; the date of the last transaction where that is later (a clock was set back).
   * Nothing of the snapshot is dated after it.
   */
  readonly readAt: Date;
  /** The last transaction; the hash is hexadecimal. */
  readonly head: { readonly seq: number; readonly hash: string };
  readonly now: BalancesAt;
  /** Before each of the moments that were asked for, in their order. */
  readonly before: readonly BalancesAt[];
}
