import type { Slice } from '../../../shared/slice.js';
import type { AcknowledgedFinding, Acknowledgement } from './acknowledgement.js';
import type { Finding } from './audit.js';

/** A run of `verify`. */
export interface VerifyRun {
  readonly id: string;
  /** Whose book; null: all books, and what belongs to none. */
  readonly merchantId: string | null;
  readonly startedBy: string;
  readonly startedAt: Date;
  /** Null: it runs still, or was broken off. */
  readonly finishedAt: Date | null;
  readonly books: number;
  /** Of which only what was new was read, or what rests on others' books was looked for in part. */
  readonly partlyReadBooks: number;
  /** That nobody has acknowledged. */
  readonly findings: number;
  readonly acknowledged: number;
}

/** How a book stood when it was last verified. */
export interface VerifiedState {
  readonly runId: string;
  readonly verifiedAt: Date;
  /** `<seq>:<hash>` */
  readonly head: string;
  readonly unread: number;
  readonly findings: number;
  readonly acknowledged: number;
}

/** A finding of the last verification of its book. */
export interface StoredFinding extends Finding {
  readonly id: string;
  readonly runId: string;
  readonly firstFoundAt: Date;
  readonly lastFoundAt: Date;
}

/** What a run has found in one place, with how many there are besides those that are shown. */
export interface FoundThere {
  readonly findings: readonly Finding[];
  readonly acknowledged: readonly AcknowledgedFinding[];
  readonly more: number;
}

export interface FindingFilter {
  /** Null: every merchant's, and what belongs to no book. */
  readonly merchantId: string | null;
  readonly isAcknowledged: boolean | null;
}

/** A book as a run has found it. */
export interface BookFound extends FoundThere {
  readonly merchantId: string;
  readonly head: string;
  readonly unread: number;
  /** What it has not found of what rests on others' books may be there still: that stays, and the book is not verified by it. */
  readonly isSearchPartial: boolean;
}

/**
 * What `verify` has found, stored for whoever looks. Of each book there is what its last verification has found: a finding that
 * is there again keeps its id, and one that is gone goes.
 */
export abstract class VerifyRecord {
  /** @returns the run's id */
  abstract begin(merchantId: string | null, startedBy: string): Promise<string>;
  abstract recordBook(runId: string, book: BookFound): Promise<void>;
  /** What belongs to no book. */
  abstract recordBeside(runId: string, found: FoundThere): Promise<void>;
  abstract end(runId: string): Promise<void>;
  abstract runs(slice: Slice): Promise<VerifyRun[]>;
  abstract run(id: string): Promise<VerifyRun | null>;
  /** Null: it was never verified, or that was not stored. */
  abstract lastOf(merchantId: string): Promise<VerifiedState | null>;
  abstract findings(filter: FindingFilter, slice: Slice): Promise<StoredFinding[]>;
  /** With what the last verification of its book says of each in particular; null where that has not found it. */
  abstract withParticulars(acknowledged: readonly Acknowledgement[]): Promise<AcknowledgedFinding[]>;
}
