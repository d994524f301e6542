import type { Finding } from '../domain/audit.js';
import type { Adjustments, AuditState } from '../domain/book-audit.js';
import type { VerifiedUpTo } from '../domain/book-checks.js';
import type { Judged } from '../domain/verify-record.js';

/** `<seq>:<hash>` of a transaction, the hash in hexadecimal, as it was stored outside the database. */
export interface ExpectedHead {
  readonly seq: number;
  readonly hash: string;
}

export interface VerifiedBook extends Judged {
  readonly merchantId: string;
  readonly transactions: number;
  /** How many transactions at the beginning were not read: those up to the head that was given as verified before. */
  readonly unread: number;
  /** A node did not answer, so what depends on other books was only partly checked. */
  readonly isSearchPartial: boolean;
  /** `<seq>:<hash>`: stored elsewhere, it reveals a tail that was cut off. */
  readonly head: string;
  /** Money put in or taken out by hand, in the transactions that were read. */
  readonly adjustments: readonly Adjustments[];
}

/** How far a book was verified, in a form that JSON can represent. */
export interface BookPoint {
  readonly audit: AuditState;
  readonly since: VerifiedUpTo | null;
  /** The part being checked, and the row after which it continues. Null: the ledger. */
  readonly part: { readonly name: string; readonly after: string | null } | null;
  /** The findings so far, including acknowledged ones; and how many more there are. */
  readonly found: readonly Finding[];
  readonly more: number;
}

export interface BookProgress {
  readonly merchantId: string;
  /** What is being checked: `transactions`, `payouts`. */
  readonly what: string;
  readonly done: number;
  /** Null: not counted. */
  readonly of: number | null;
  /**
   * A point from which a later run can continue. Null: the rows before it were only partly searched, so an earlier
   * point holds.
   */
  readonly point: (() => BookPoint) | null;
}

export interface BookOptions {
  /** What the book's transaction with that seq must be. */
  readonly expected: ExpectedHead | null;
  /** Verified before, up to this head: only what is new is read. */
  readonly since: ExpectedHead | null;
  /** Where an earlier run stopped. */
  readonly from: BookPoint | null;
  readonly watch: (progress: BookProgress) => void;
}
