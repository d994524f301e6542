import { NOT_AS_REQUESTED, NOT_COMPLETED, NOT_ENDED, WITHOUT_DIGEST } from './submission.js';
import type { TimelineEntry } from './timeline.js';

/**
 * Why an order needs a person. `outcome_unknown`: the other party does not say how it ended. `not_as_requested`: what is
 * stored is not what was requested and held for, or nobody can tell; nothing is sent. `utr_pending`: of a payout; the bank
 * says that it has paid, and does not name the UTR. `gateway_disagrees`: the other party contradicts itself, or has something
 * else under the reference.
 */
export const ATTENTION_CODES = ['outcome_unknown', 'not_as_requested', 'utr_pending', 'gateway_disagrees'] as const;
export type AttentionCode = (typeof ATTENTION_CODES)[number];

/** An order that needs a person, of whatever kind. */
export interface NeedsPerson {
  readonly type: 'payout' | 'payment' | 'refund';
  readonly id: string;
  /** Of a refund. */
  readonly paymentId: string | null;
  readonly merchantId: string;
  readonly status: string;
  /** In minor units of the currency. */
  readonly amount: bigint;
  readonly currency: string;
  /** Null of a payment, whose rate may not be known yet. */
  readonly amountPaise: bigint | null;
  readonly gateway: string | null;
  readonly attempts: number;
  readonly reason: { readonly code: AttentionCode; readonly detail: string };
  readonly since: Date;
  /** What the reader may move it to. */
  readonly allowed: readonly string[];
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Said of a payout that is paid as its bank says, under no UTR for longer than `PAYOUT_UTR_WAIT_HOURS`. */
export const UTR_NOT_NAMED = 'The bank says that it has paid, and has not named the UTR.';

const HELD_BACK: readonly string[] = [NOT_AS_REQUESTED, WITHOUT_DIGEST, NOT_ENDED, NOT_COMPLETED];

/**
 * Why it needs one, and since when.
 * @param raised the entry of its timeline that says so; null: there is none
 * @param disagrees whether the other party has contradicted it
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
