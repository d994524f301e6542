import type { Slice } from '../../../shared/slice.js';
import type { AcknowledgedFinding, Acknowledgement } from './acknowledgement.js';
import type { Finding } from './audit.js';

/** A run of `verify`. */
export interface VerifyRun {
  readonly id: string;
  /** The merchant whose book is checked, or null for all books and for rows that belong to no book. */
  readonly merchantId: string | null;
  readonly startedBy: string;
  readonly startedAt: Date;
  /** Null: it is still running, or was interrupted. */
  readonly finishedAt: Date | null;
  readonly books: number;
  /** Books of which only new rows were read, or which were only partly compared with other books. */
  readonly partlyReadBooks: number;
  /** Findings that nobody has acknowledged. */
  readonly findings: number;
  readonly acknowledged: number;
}

/** The result of a book's last verification. */
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

/** Findings, divided into those that persons have acknowledged and the others. */
export interface Judged {
  readonly findings: readonly Finding[];
  /** Findings that a person has acknowledged. */
  readonly acknowledged: readonly AcknowledgedFinding[];
  /** How many further findings there are. */
  readonly more: number;
}

export interface FindingFilter {
  /** Null: every merchant's, and those that belong to no book. */
  readonly merchantId: string | null;
  readonly isAcknowledged: boolean | null;
}

/** A book as a run has found it. */
export interface BookFound extends Judged {
  readonly merchantId: string;
  readonly head: string;
  readonly unread: number;
  /**
   * The search of other books was partial: earlier findings that depend on other books are kept although they were not
   * found again, and the book does not count as verified.
   */
  readonly isSearchPartial: boolean;
}

/**
 * The results of `verify`, stored for those who read them through the API. For each book these are the results of its
 * last verification: a finding that is found again keeps its id, and one that is not is removed.
 */
export abstract class VerifyRecord {
  /** @returns the run's id */
  abstract begin(merchantId: string | null, startedBy: string): Promise<string>;
  abstract recordBook(runId: string, book: BookFound): Promise<void>;
  /** Findings that belong to no book. */
  abstract recordOfNoBook(runId: string, found: Judged): Promise<void>;
  abstract end(runId: string): Promise<void>;
  abstract runs(slice: Slice): Promise<VerifyRun[]>;
  abstract run(id: string): Promise<VerifyRun | null>;
  /** Null: it was never verified, or the result was not stored. */
  abstract lastOf(merchantId: string): Promise<VerifiedState | null>;
  abstract findings(filter: FindingFilter, slice: Slice): Promise<StoredFinding[]>;
  /**
   * Adds the particulars from the last verification of the book, for each acknowledgement; null if that has not found
   * it.
   */
  abstract withParticulars(acknowledged: readonly Acknowledgement[]): Promise<AcknowledgedFinding[]>;
}
