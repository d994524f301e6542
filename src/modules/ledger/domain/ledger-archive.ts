import type { Acknowledgement } from './acknowledgement.js';
import type { Finding, JudgedFinding } from './audit.js';
import type { CheckedSlice, VerifiedUpTo } from './book-checks.js';
import type { SearchOptions } from './search-options.js';
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
  /** Whether a part has looked for something in all books, and skipped a node. */
  isSearchPartial(): boolean;
}

/** What lies beside all books, in one consistent snapshot. */
export type NoBookSnapshot = Pick<BookSnapshot, 'toBeJudged' | 'acknowledged'>;

/** The node on which this book lies does not answer. */
export class BookUnreachable extends Error {
  constructor(merchantId: string, node: string) {
    super(`book ${merchantId}, on node ${node}`);
  }
}

/** The ledger as it was written, for recomputing it. */
export abstract class LedgerArchive {
  /** For {@link SearchOptions.unreachable}. */
  abstract unreachableNodes(): Promise<Map<string, string>>;
  /** @throws BookUnreachable */
  abstract assertReachable(merchantId: string, unreachable: ReadonlyMap<string, string>): Promise<void>;
  /** Every book there is, but for those that are skipped. */
  abstract merchantIds(search?: SearchOptions): AsyncIterable<string>;
  /** The hash of a transaction, hexadecimal; null: there is none. @throws BookUnreachable where it may be skipped */
  abstract hashAt(merchantId: string, seq: number, search?: SearchOptions): Promise<string | null>;
  /** @throws BookUnreachable where it may be skipped */
  abstract snapshot<T>(
    merchantId: string,
    work: (book: BookSnapshot) => Promise<T>,
    search?: SearchOptions,
  ): Promise<T>;
  /** What other modules find wrong that belongs to no book. */
  abstract snapshotOfNoBook<T>(work: (beside: NoBookSnapshot) => Promise<T>): Promise<T>;
}
