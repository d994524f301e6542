import type { Slice } from '../../../shared/slice.js';
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
  readonly createdAt: Date;
}

/** Which lines to read, by seq; of lines with the same seq, in the order of the accounts' names. */
export interface StatementSlice extends Omit<Slice, 'after' | 'before'> {
  /** Lines older than this `<seq>:<account>`, descending. */
  readonly after: string | null;
  /** Lines newer than this `<seq>:<account>`, ascending. */
  readonly before: string | null;
}

/** Ordinary reads of a book, outside the write path. */
export abstract class LedgerReader {
  /** Costs the same whatever the length of the book. Null when there is no such book. */
  abstract balances(merchantId: string): Promise<Balances | null>;
  /** Costs some twenty look-ups a moment, whatever the length of the book. Null when there is no such book. */
  abstract overTime(merchantId: string, moments: readonly Date[]): Promise<BookOverTime | null>;
  /** Of several books at once, by merchant; there are none of what is no book. */
  abstract balancesOf(merchantIds: readonly string[]): Promise<ReadonlyMap<string, Balances>>;
  /**
   * Sums of what took money the other way, by stretches of the book: behind the transaction `seqs[i]`, up to `seqs[i + 1]`.
   * Reads those transactions alone.
   * @throws TooManyConcurrentRequests, ListTooSlow
   */
  abstract apart(merchantId: string, seqs: readonly number[], askedBy: string): Promise<ApartSum[]>;
  /** @param account null: all accounts */
  abstract statement(merchantId: string, account: Account | null, slice: StatementSlice): Promise<StatementLine[]>;
}
