import { NOT_AS_REQUESTED, NOT_COMPLETED, NOT_ENDED, WITHOUT_DIGEST } from './submission.js';
import type { TimelineEntry } from './timeline.js';

/**
 * Why an order needs a person. `outcome_unknown`: the other party does not say how the order ended. `not_as_requested`:
 * what is stored differs from what was requested and held for, or this cannot be established; nothing is sent.
 * `utr_pending`: the bank says that it has paid a payout, but does not name the UTR. `gateway_disagrees`: the other
 * party contradicts itself, or has something else under the reference.
 */
export const ATTENTION_CODES = ['outcome_unknown', 'not_as_requested', 'utr_pending', 'gateway_disagrees'] as const;
export type AttentionCode = (typeof ATTENTION_CODES)[number];

/** An order of any kind that needs a person. */
export interface NeedsPerson {
  readonly type: 'payout' | 'payment' | 'refund';
  readonly id: string;
  /** For a refund: its payment. */
  readonly paymentId: string | null;
  readonly merchantId: string;
  readonly status: string;
  /** In minor units of the currency. */
  readonly amount: bigint;
  readonly currency: string;
  /** Null for a payment whose rate is not known yet. */
  readonly amountPaise: bigint | null;
  readonly gateway: string | null;
  readonly attempts: number;
  readonly reason: { readonly code: AttentionCode; readonly detail: string };
  readonly since: Date;
  /** The statuses that the reader may move it to. */
  readonly allowed: readonly string[];
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The reason for a payout that the bank reports as paid, but without a UTR for longer than `PAYOUT_UTR_WAIT_HOURS`. */
export const UTR_NOT_NAMED = 'The bank says that it has paid, and has not named the UTR.';

const HELD_BACK: readonly string[] = [NOT_AS_REQUESTED, WITHOUT_DIGEST, NOT_ENDED, NOT_COMPLETED];

/**
 * Why an order needs a person, and since when.
 * @param raised the timeline entry that raised attention; null if there is none
 * @param disagrees whether the other party has contradicted the order's status
 */
export function attentionOf(
  { updatedAt }: { readonly updatedAt: Date },
  raised: Pick<TimelineEntry<string>, 'at' | 'reason'> | null,
  disagrees: boolean,
): Pick<NeedsPerson, 'reason' | 'since'> {
  const detail = raised?.reason ?? 'Nobody knows how it ended.';
  return { reason: { code: codeOf(detail, disagrees), detail }, since: raised?.at ?? updatedAt };
}

function codeOf(detail: string, disagrees: boolean): AttentionCode {
  if (HELD_BACK.includes(detail)) return 'not_as_requested';
  if (disagrees) return 'gateway_disagrees';
  return detail === UTR_NOT_NAMED ? 'utr_pending' : 'outcome_unknown';
}
