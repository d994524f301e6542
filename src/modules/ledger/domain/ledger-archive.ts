import type { Acknowledgement } from './acknowledgement.js';
import type { Finding, JudgedFinding } from './audit.js';
import type { Account, Transaction } from './transaction.js';

export interface ArchiveSlice {
  readonly transactions: readonly Transaction[];
  /** Entries in the slice without their transaction. */
  readonly orphans: readonly { readonly seq: number; readonly account: Account }[];
}

/** One book in one consistent snapshot: payouts that go on meanwhile are not seen. */
export interface BookSnapshot {
  /** The ledger in the order of seq, to its last entry, in slices: a book may be larger than the memory. */
  slices(): AsyncIterable<ArchiveSlice>;
  /** Until when holds may lack the digest of what was requested. */
  undigestedUntil(): Promise<Date>;
  /** What other modules find wrong, given what is held by the ledger's entries. */
  findings(heldPaise: bigint): AsyncIterable<Finding>;
  /** Those of them that a person may acknowledge. */
  toBeJudged(): AsyncIterable<JudgedFinding>;
  /** What was acknowledged of this evidence. */
  acknowledged(evidence: readonly string[]): Promise<readonly Acknowledgement[]>;
}

/** What lies beside all books, in one consistent snapshot. */
export type NoBookSnapshot = Pick<BookSnapshot, 'toBeJudged' | 'acknowledged'>;

/** The ledger as it was written, for recomputing it. */
export abstract class LedgerArchive {
  /** Every book there is. */
  abstract merchantIds(): AsyncIterable<string>;
  abstract snapshot<T>(merchantId: string, work: (book: BookSnapshot) => Promise<T>): Promise<T>;
  /** What other modules find wrong that belongs to no book. */
  abstract snapshotOfNoBook<T>(work: (beside: NoBookSnapshot) => Promise<T>): Promise<T>;
}
