import type { Account } from './transaction.js';

/** The balance of each account after the transactions up to `seq`. */
export interface BalancesAt {
  /** The last transaction that is included; 0 if there is none. */
  readonly seq: number;
  readonly accounts: Readonly<Record<Account, bigint>>;
}

/** A book at several moments, in one snapshot. */
export interface BookOverTime {
  /**
   * When it was read, by the database's clock, or the date of the last transaction if that is later (a clock was set
   * back). Nothing in the snapshot is dated after it.
   */
  readonly readAt: Date;
  /** The last transaction; the hash is hexadecimal. */
  readonly head: { readonly seq: number; readonly hash: string };
  readonly now: BalancesAt;
  /** The balances before each of the requested moments, in their order. */
  readonly before: readonly BalancesAt[];
}
