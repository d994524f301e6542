import { type Particulars, sentenceOf } from '../../../shared/audit/particulars.js';
import { sha256Hex } from '../../../shared/sha256.js';

/**
 * Findings about what another party has said. Only a person can judge these, and may acknowledge them. What is computed
 * from the ledger, the holds or the chain is right or wrong, and is never among them.
 */
export const JUDGED_BY_A_PERSON = ['BANK_DISAGREES', 'CALLBACK_REFUSED', 'UNKNOWN_AT_BOOKS', 'UTR_REUSED'] as const;
export type JudgedCode = (typeof JUDGED_BY_A_PERSON)[number];

export const FINDING_CODES = [
  ...JUDGED_BY_A_PERSON,
  'EVENT_GAP',
  'HASH_MISMATCH',
  'SEQUENCE_GAP',
  'BALANCE_MISMATCH',
  'UNBALANCED_TRANSACTION',
  'HEAD_MISMATCH',
  'HOLD_WITHOUT_DIGEST',
  'HELD_MISMATCH',
  'PAYOUT_MISMATCH',
  'PAYMENT_MISMATCH',
  'PROVIDER_ID_REUSED',
  'REFUND_MISMATCH',
  'TIMELINE_HASH_MISMATCH',
  'TIMELINE_MISMATCH',
  'UNREADABLE',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** Findings that depend on rows of several books. */
export const ACROSS_BOOKS = ['UTR_REUSED', 'PROVIDER_ID_REUSED'] as const satisfies readonly FindingCode[];

/** One thing that is wrong in a book, or outside all books. */
export interface Finding {
  readonly code: FindingCode;
  /** Null: it belongs to no book. */
  readonly merchantId: string | null;
  /** The particulars, as a sentence. */
  readonly detail: string;
  /** Null: it was stored by a version that had the sentence alone. */
  readonly particulars: Particulars | null;
  /**
   * For findings that a person may acknowledge: SHA-256, hexadecimal, of everything that the finding rests on. If
   * anything is added to that, it is a different finding.
   */
  readonly evidence?: string;
}

/** A finding that a person may acknowledge. */
export type JudgedFinding = Finding & { readonly code: JudgedCode; readonly evidence: string };

/** A finding of something that is computed. */
export function finding(code: FindingCode, merchantId: string | null, particulars: Particulars): Finding {
  return { code, merchantId, detail: sentenceOf(particulars), particulars };
}

/**
 * A finding that a person may acknowledge.
 * @param evidence what it rests on, as JSON values: statuses, answers, ids of callbacks
 */
export function toBeJudged(
  code: JudgedCode,
  merchantId: string | null,
  particulars: Particulars,
  evidence: readonly unknown[],
): JudgedFinding {
  const digest = sha256Hex(JSON.stringify([code, ...evidence]));
  return { code, merchantId, detail: sentenceOf(particulars), particulars, evidence: digest };
}

export function isToBeJudged(finding: Finding): finding is JudgedFinding {
  return finding.evidence !== undefined;
}
