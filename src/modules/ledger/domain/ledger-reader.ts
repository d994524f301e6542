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

/** Which lines a statement has. */
export interface StatementFilter {
  readonly merchantId: string;
  /** Null: all accounts. */
  readonly account: Account | null;
  /** Behind this transaction, and up to that one. */
  readonly afterSeq: number;
  readonly upToSeq: number;
  /** Of this cause alone; null: whatever the cause. */
  readonly cause: Cause | null;
}

/**
 * Which lines to read, by seq; of lines with the same seq, in the order of the accounts' names. `after` and `before` are
 * `<seq>:<account>`.
 */
export type StatementSlice = Slice;

/** Ordinary reads of a book, outside the write path. */
export abstract class LedgerReader {
  /** Null: there is no such merchant. */
  abstract alert(merchantId: string): Promise<BalanceAlert | null>;

  /** Costs the same whatever the length of the book. Null when there is no such book. */
  abstract balances(merchantId: string): Promise<Balances | null>;
  /** Costs some twenty look-ups a moment, whatever the length of the book. Null when there is no such book. */
  abstract overTime(merchantId: string, moments: readonly Date[]): Promise<BookOverTime | null>;
  /**
   * The same of many moments, in the turn of a list: a crowd of them keeps nobody's single reads waiting.
   * @throws TooManyConcurrentRequests, ListTooSlow
   */
  abstract overDays(merchantId: string, moments: readonly Date[], askedBy: string): Promise<BookOverTime | null>;
  /** Of several books at once, by merchant; there are none of what is no book. */
  abstract balancesOf(merchantIds: readonly string[]): Promise<ReadonlyMap<string, Balances>>;
  /**
   * Sums of what took money the other way, by stretches of the book: behind the transaction `seqs[i]`, up to `seqs[i + 1]`.
   * Reads those transactions alone.
   * @throws TooManyConcurrentRequests, ListTooSlow
   */
  abstract apart(merchantId: string, seqs: readonly number[], askedBy: string): Promise<ApartSum[]>;
  /** How many lines there are of a period, or `upTo` where there are more; whatever the cause. */
  abstract countLines(filter: Omit<StatementFilter, 'cause'>, upTo: number, askedBy: string): Promise<number>;
  abstract statement(filter: StatementFilter, slice: StatementSlice): Promise<StatementLine[]>;
}
