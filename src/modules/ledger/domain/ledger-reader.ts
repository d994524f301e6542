import type { Slice } from '../../../shared/slice.js';
import type { BalanceAlert } from './balance-alert.js';
import type { BookOverTime } from './book-over-time.js';
import type { ApartSum } from './day-flows.js';
import type { Account, Cause, TransactionKind } from './transaction.js';

export interface Balances {
  readonly availablePaise: bigint;
  readonly heldPaise: bigint;
}

/** One entry as a statement shows it. */
export interface StatementLine {
  readonly seq: number;
  readonly transactionId: string;
  readonly account: Account;
  readonly kind: TransactionKind;
  readonly amountPaise: bigint;
  readonly balanceAfterPaise: bigint;
  readonly cause: Cause;
  readonly reversesSeq: number | null;
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** Selects the lines of a statement. */
export interface StatementFilter {
  readonly merchantId: string;
  /** Null: all accounts. */
  readonly account: Account | null;
  /** Lines after `afterSeq`, up to and including `upToSeq`. */
  readonly afterSeq: number;
  readonly upToSeq: number;
  /** Only lines of this cause; null: of any cause. */
  readonly cause: Cause | null;
}

/**
 * Which lines to read, by seq; lines with the same seq are ordered by account name. `after` and `before` are
 * `<seq>:<account>`.
 */
export type StatementSlice = Slice;

/** Ordinary reads of a book, outside the write path. */
export abstract class LedgerReader {
  /** Null: there is no such merchant. */
  abstract alert(merchantId: string): Promise<BalanceAlert | null>;

  /** Costs the same however long the book is. Null when there is no such book. */
  abstract balances(merchantId: string): Promise<Balances | null>;
  /** Costs some twenty look-ups per moment, however long the book is. Null when there is no such book. */
  abstract overTime(merchantId: string, moments: readonly Date[]): Promise<BookOverTime | null>;
  /**
   * As `overTime`, for many moments. It waits its turn like a list, so that many of these do not delay single reads.
   * @throws TooManyConcurrentRequests, ListTooSlow
   */
  abstract overDays(merchantId: string, moments: readonly Date[], askedBy: string): Promise<BookOverTime | null>;
  /** The balances of several books at once, by merchant; merchants without a book are left out. */
  abstract balancesOf(merchantIds: readonly string[]): Promise<ReadonlyMap<string, Balances>>;
  /**
   * Sums of the transactions that moved money against the usual direction, for each range of the book: after the
   * transaction `seqs[i]`, up to `seqs[i + 1]`. Reads only those transactions.
   * @throws TooManyConcurrentRequests, ListTooSlow
   */
  abstract apart(merchantId: string, seqs: readonly number[], askedBy: string): Promise<ApartSum[]>;
  /** How many lines a period has, or `upTo` if there are more; whatever their cause. */
  abstract countLines(filter: Omit<StatementFilter, 'cause'>, upTo: number, askedBy: string): Promise<number>;
  abstract statement(filter: StatementFilter, slice: StatementSlice): Promise<StatementLine[]>;
}
