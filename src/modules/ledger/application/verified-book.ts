import type { Finding } from '../domain/audit.js';
import type { Adjustments, AuditState } from '../domain/book-audit.js';
import type { VerifiedUpTo } from '../domain/book-checks.js';
import type { Judged } from './judged-findings.js';

/** `<seq>:<hash>` of a transaction, the hash in hexadecimal, as it was stored outside of the database. */
export interface ExpectedHead {
  readonly seq: number;
  readonly hash: string;
}

export interface VerifiedBook extends Judged {
  readonly merchantId: string;
  readonly transactions: number;
  /** The first ones, which were not read: up to the head that was given as verified before. */
  readonly unread: number;
  /** What rests on others' books too was looked for only where nodes answered. */
  readonly isSearchPartial: boolean;
  /** `<seq>:<hash>`: stored elsewhere, it finds a tail that was cut off. */
  readonly head: string;
  /** What was put in, or taken out, by hand, by the transactions that were read. */
  readonly adjustments: readonly Adjustments[];
}

/** How far a book was verified, as JSON can carry it. */
export interface BookPoint {
  readonly audit: AuditState;
  readonly since: VerifiedUpTo | null;
  /** What is gone through, and behind which of its rows it goes on. Null: the ledger. */
  readonly part: { readonly name: string; readonly after: string | null } | null;
  /** What was found so far, with what a person has acknowledged of it; and how many more. */
  readonly found: readonly Finding[];
  readonly more: number;
}

export interface BookProgress {
  readonly merchantId: string;
  /** What is gone through: `transactions`, `payouts`. */
  readonly what: string;
  readonly done: number;
  /** Null: nobody has counted them. */
  readonly of: number | null;
  /** From here it could go on. Null: what is behind it was searched in part, and an earlier point holds. */
  readonly point: (() => BookPoint) | null;
}

export interface BookOptions {
  /** What the book's transaction with that seq must be. */
  readonly expected: ExpectedHead | null;
  /** Verified before: only what is new is read. */
  readonly since: ExpectedHead | null;
  /** Where an earlier run has stopped. */
  readonly from: BookPoint | null;
  readonly watch: (progress: BookProgress) => void;
}
