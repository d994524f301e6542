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

/** A transaction, and the balance of each account after it, according to the entries. */
export interface StoredHead {
  readonly transaction: Transaction;
  readonly balances: Readonly<Partial<Record<Account, bigint>>>;
}

/** A part of what other modules check in a book. */
export interface BookPart {
  /** The name of what it checks, such as `payouts`. */
  readonly name: string;
  /** Whether a person may judge its findings. */
  readonly isJudged: boolean;
  /** @param after where an earlier run stopped; null: from the beginning */
  slices(after: string | null): AsyncIterable<CheckedSlice>;
}

/** One book in one consistent snapshot: payouts made meanwhile are not seen. */
export interface BookSnapshot {
  /**
   * The ledger in the order of seq, to its last entry, in slices: a book may be larger than memory.
   * @param after start after this transaction; null: at the beginning
   */
  slices(after: number | null): AsyncIterable<ArchiveSlice>;
  /** The last seq; 0: the book is empty. */
  length(): Promise<number>;
  /** Null: there is no such transaction. */
  at(seq: number): Promise<StoredHead | null>;
  /** Until when holds may lack the digest of their request. */
  undigestedUntil(): Promise<Date>;
  /** What is wrong between the amount held by the ledger's entries and the amount of the open orders. */
  held(heldPaise: bigint): Promise<readonly Finding[]>;
  /** The checks of other modules. @param since check what is new since then, and what is open; null: everything */
  parts(since: VerifiedUpTo | null): readonly BookPart[];
  /** The modules' findings that a person may acknowledge. */
  toBeJudged(): AsyncIterable<JudgedFinding>;
  /** The acknowledgements of this evidence. */
  acknowledged(evidence: readonly string[]): Promise<readonly Acknowledgement[]>;
  /** Whether a part has searched all books for something, and skipped a node. */
  isSearchPartial(): boolean;
}

/** What belongs to no book, in one consistent snapshot. */
export type NoBookSnapshot = Pick<BookSnapshot, 'toBeJudged' | 'acknowledged'>;

/** The node that has this book does not answer. */
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
  /** Every book, except those that are skipped. */
  abstract merchantIds(search?: SearchOptions): AsyncIterable<string>;
  /**
   * The hash of a transaction, in hexadecimal; null if there is none. @throws BookUnreachable if the book may be
   * skipped
   */
  abstract hashAt(merchantId: string, seq: number, search?: SearchOptions): Promise<string | null>;
  /** @throws BookUnreachable if the book may be skipped */
  abstract snapshot<T>(
    merchantId: string,
    work: (book: BookSnapshot) => Promise<T>,
    search?: SearchOptions,
  ): Promise<T>;
  /** What other modules find wrong that belongs to no book. */
  abstract snapshotOfNoBook<T>(work: (beside: NoBookSnapshot) => Promise<T>): Promise<T>;
}
