import type { Acknowledgement } from './acknowledgement.js';
import type { Finding, JudgedFinding } from './audit.js';
import type { CheckedSlice, VerifiedUpTo } from './book-checks.js';
import type { Passing } from './passing.js';
import type { Account, Transaction } from './transaction.js';

export interface ArchiveSlice {
  readonly transactions: readonly Transaction[];
  /** Entries in the slice without their transaction. */
  readonly orphans: readonly { readonly seq: number; readonly account: Account }[];
}

/** A transaction, and what each account came to by it, as the entries say. */
export interface StoredHead {
  readonly transaction: Transaction;
  readonly balances: Readonly<Partial<Record<Account, bigint>>>;
}

/** A part of what other modules check in a book. */
export interface BookPart {
  /** What it goes over: `payouts`. */
  readonly name: string;
  /** A person may judge what it finds. */
  readonly isJudged: boolean;
  /** @param after where an earlier run has come to; null: from the beginning */
  slices(after: string | null): AsyncIterable<CheckedSlice>;
}

/** One book in one consistent snapshot: payouts that go on meanwhile are not seen. */
export interface BookSnapshot {
  /**
   * The ledger in the order of seq, to its last entry, in slices: a book may be larger than the memory.
   * @param after what comes behind this transaction; null: all
   */
  slices(after: number | null): AsyncIterable<ArchiveSlice>;
  /** The last seq; 0: the book is empty. */
  length(): Promise<number>;
  /** Null: there is no such transaction. */
  at(seq: number): Promise<StoredHead | null>;
  /** Until when holds may lack the digest of what was requested. */
  undigestedUntil(): Promise<Date>;
  /** What is wrong between what is held by the ledger's entries and what is open. */
  held(heldPaise: bigint): Promise<readonly Finding[]>;
  /** What else other modules check. @param since what is new since then, and what is open; null: everything */
  parts(since: VerifiedUpTo | null): readonly BookPart[];
  /** Those of their findings that a person may acknowledge. */
  toBeJudged(): AsyncIterable<JudgedFinding>;
  /** What was acknowledged of this evidence. */
  acknowledged(evidence: readonly string[]): Promise<readonly Acknowledgement[]>;
}

/** What lies beside all books, in one consistent snapshot. */
export type NoBookSnapshot = Pick<BookSnapshot, 'toBeJudged' | 'acknowledged'>;

/** The node on which this book lies does not answer. */
export class BookAway extends Error {
  constructor(merchantId: string, cause: unknown) {
    super(`book ${merchantId} (${String(cause).split('\n')[0]})`);
  }
}

/** The ledger as it was written, for recomputing it. */
export abstract class LedgerArchive {
  /** Every book there is. @param passing over those of a node that does not answer */
  abstract merchantIds(passing?: Passing): AsyncIterable<string>;
  /** The hash of a transaction, hexadecimal; null: there is none. */
  abstract hashAt(merchantId: string, seq: number): Promise<string | null>;
  /** @throws BookAway where what is away may be passed over, and this book is */
  abstract snapshot<T>(merchantId: string, work: (book: BookSnapshot) => Promise<T>, passing?: Passing): Promise<T>;
  /** What other modules find wrong that belongs to no book. */
  abstract snapshotOfNoBook<T>(work: (beside: NoBookSnapshot) => Promise<T>): Promise<T>;
}
