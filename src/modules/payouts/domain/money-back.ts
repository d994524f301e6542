import type { AnsweredCall, EndedCall } from '../../../shared/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import type { RecoveryPolicy } from '../../../shared/recovery.js';
import type { Payout } from './payout.js';
import type { PayoutState } from './payout-state.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

type FailedAnswer = Extract<BankAnswer, { readonly kind: 'rejected' | 'returned' }>;

/**
 * What follows when the bank says something about a completed payout. Its money comes back once, under the UTR that is
 * stored, when the bank
 *
 * - says to an inquiry that it was returned, or by callback where it cannot be asked; or
 * - says twice that it has failed: by callback and to an inquiry, or to two inquiries that were made a time-out apart,
 *   whenever they are settled.
 *
 * What an operator has completed by hand, a rejection reverses only if it names the stored UTR. Anything less is kept,
 * and a person looks. No other answer moves money.
 */
export function afterCompletion(
  payout: Payout,
  call: EndedCall,
  answer: BankAnswer,
  policy: RecoveryPolicy,
  now: Moment,
): void {
  const { state } = payout;
  if (isTakenBack(state, call, answer)) return payout.noteRejection(null, null, now);
  if (answer.kind !== 'rejected' && answer.kind !== 'returned') return;
  const cause = { now, actor: `bank:${call.gateway}` };
  if (isProven(state, call, answer, policy))
    return payout.reverse(answer.failure, { ...cause, reason: answer.failure.reason });
  const counts = isEvidence(state, call, answer, policy);
  if (counts && !isNoted(state, now))
    payout.noteRejection(call.kind === 'callback' ? 'callback' : 'inquiry', call.askedAt, now);
  // A callback is followed up in the inbox, and is a finding there when nothing confirms it.
  if (!counts || call.kind === 'inquiry') payout.contradict({ bank_says: answer }, cause);
}

/** Called failed by the bank once, which is half of what it takes. */
export function isHalfProven({ status, firstRejectedAt }: PayoutState): boolean {
  return status === 'completed' && firstRejectedAt !== null;
}

function isProven(state: PayoutState, call: EndedCall, answer: FailedAnswer, policy: RecoveryPolicy): boolean {
  if (answer.kind === 'returned' && (call.kind !== 'callback' || policy.canBeInquired === false)) return true;
  const { firstRejectedAt: at, firstRejectedBy: by } = state;
  if (at === null || !isEvidence(state, call, answer, policy)) return false;
  if (by !== call.kind) return true;
  return call.kind === 'inquiry' && call.askedAt.getTime() >= at.getTime() + policy.processingTimeoutMs;
}

/** Whether it counts at all. The answer to a submission is older than what called it paid. */
function isEvidence(
  { attempts, completedBy, utr }: PayoutState,
  call: AnsweredCall,
  answer: FailedAnswer,
  { canBeInquired }: RecoveryPolicy,
): boolean {
  if (call.kind === 'submission' || call.attempt !== attempts) return false;
  // A bank that cannot be asked says it by callbacks alone, and they are half of it, however many.
  if (call.kind === 'callback' && canBeInquired === false) return false;
  return answer.kind === 'returned' || completedBy === 'bank' || answer.utr === utr;
}

/** A date that is still to come was written by a clock that ran ahead: what it would put off begins anew. */
function isNoted({ firstRejectedAt }: PayoutState, { clockTime }: Moment): boolean {
  return firstRejectedAt !== null && firstRejectedAt <= clockTime;
}

/** What a callback has said stays: the answer to an inquiry may lag behind it. */
function isTakenBack({ firstRejectedBy, utr }: PayoutState, call: AnsweredCall, answer: BankAnswer): boolean {
  return firstRejectedBy === 'inquiry' && call.kind === 'inquiry' && answer.kind === 'succeeded' && answer.utr === utr;
}
