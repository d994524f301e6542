import { type Particulars, sentenceOf } from '../../../shared/audit/particulars.js';
import { sha256Hex } from '../../../shared/sha256.js';

/**
 * Findings about what somebody else has said, which only a person can judge, and may acknowledge. Never what is
 * computed from the ledger, the holds or the chain: that is right or wrong.
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

/** They rest on rows of several books. */
export const ACROSS_BOOKS = ['UTR_REUSED', 'PROVIDER_ID_REUSED'] as const satisfies readonly FindingCode[];

/** One thing that is wrong in a book, or beside all books. */
export interface Finding {
  readonly code: FindingCode;
  /** Null: it belongs to no book. */
  readonly merchantId: string | null;
  /** The particulars, as a sentence. */
  readonly detail: string;
  /** Null: it was stored by a version that had the sentence alone. */
  readonly particulars: Particulars | null;
  /**
   * Of what a person may acknowledge: SHA-256, hexadecimal, of all that the finding rests on. Whatever is added to that
   * makes another finding of it.
   */
  readonly evidence?: string;
}

/** A finding that a person may acknowledge. */
export type JudgedFinding = Finding & { readonly code: JudgedCode; readonly evidence: string };

/** Of what is computed. */
export function finding(code: FindingCode, merchantId: string | null, particulars: Particulars): Finding {
  return { code, merchantId, detail: sentenceOf(particulars), particulars };
}

/**
 * Makes one that a person may acknowledge.
 * @param evidence what it rests on, in JSON's terms: statuses, answers, ids of callbacks
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
