import type { AnsweredCall, EndedCall } from '../../../shared/submissions/gateway-answer.js';
import type { Answered } from '../../../shared/submissions/after-call.js';
import { missingLiveMs, type Moment } from '../../../shared/moment.js';
import type { RecoveryPolicy } from '../../../shared/submissions/recovery.js';
import { mayBeOnItsWay, mayBeOnItsWayAfterEnd } from '../../../shared/submissions/submission.js';
import type { Payout } from './payout.js';
import type { Doubt, PayoutState } from './payout-state.js';
import { isOpen } from './payout-status.js';
import { OPEN_QUESTION_SECONDS } from './return-watch.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

type FailedAnswer = Extract<BankAnswer, { readonly kind: 'rejected' | 'returned' }>;

/**
 * What follows when the bank says something about a completed payout. Its money comes back once, under the UTR that is
 * stored, when the bank
 *
 * - says to an inquiry that it was returned, or by callback where it cannot be asked; or
 * - says twice that it has failed: by callback and to an inquiry, or to two inquiries that were made a time-out apart, by
 *   the clock and by live time, whenever they are settled. What was asked, or came by callback, before it was completed
 *   counts for nothing.
 *
 * An inquiry that was made while a submission may have been on its way does not count either.
 * What an operator has completed by hand, a rejection reverses only if it names the stored UTR. Anything less is kept,
 * and a person looks. No other answer moves money.
 */
export function afterCompletion(payout: Payout, { call, answer, policy, now }: Answered<BankAnswer>): void {
  const { state } = payout;
  if (isTakenBack(state, call, answer)) return payout.doubt(NO_REJECTION, now);
  if (answer.kind !== 'rejected' && answer.kind !== 'returned') return;
  // It may be about an earlier submission: the one that is on its way may still be paid.
  const asked = { clockTime: call.askedAt, liveMs: call.askedLiveMs };
  if (call.kind === 'inquiry' && mayBeOnItsWayAfterEnd(state, asked, now, policy.processingTimeoutMs)) return;
  const cause = { now, actor: `bank:${call.gateway}` };
  if (isProven(state, call, answer, policy, now))
    return payout.reverse(answer.failure, { ...cause, reason: answer.failure.reason });
  const isLate = isOlder(state, call, now);
  const counts = !isLate && isEvidence(state, call, answer, policy);
  if (counts && !isNoted(state, call, policy, now)) payout.doubt(firstRejection(state, call, policy), now);
  else if (counts && isOnlyByTheClock(state, call, policy)) payout.doubt(nextLook(state, call, policy), now);
  // A callback is followed up in the inbox, and is a finding there when nothing confirms it.
  if (call.kind !== 'callback' || (!counts && !isLate)) payout.contradict({ bank_says: answer }, cause);
}

const NO_REJECTION = { firstRejectedBy: null, firstRejectedAt: null, firstRejectedLiveMs: null } as const;

function firstRejection(state: PayoutState, call: EndedCall, policy: RecoveryPolicy): Partial<Doubt> {
  const { kind, askedAt, askedLiveMs = null } = call;
  const first = { firstRejectedBy: kind === 'callback' ? kind : 'inquiry', firstRejectedAt: askedAt } as const;
  return { ...first, firstRejectedLiveMs: askedLiveMs, ...nextLook(state, call, policy) };
}

/** From one time-out later on it counts if the bank says the same: the watch asks then, and not in a day. */
function nextLook({ watchNextAt }: PayoutState, { askedAt }: EndedCall, policy: RecoveryPolicy): Partial<Doubt> {
  return watchNextAt === null ? {} : { watchNextAt: new Date(askedAt.getTime() + policy.processingTimeoutMs) };
}

/** Whether a submission may be on its way that can still make, or has made, the payout a paid one: open or ended. */
export function mayPayoutBeOnItsWay(
  state: PayoutState,
  now: Pick<Moment, 'clockTime' | 'liveMs'>,
  { processingTimeoutMs }: Pick<RecoveryPolicy, 'processingTimeoutMs'>,
): boolean {
  if (isOpen(state.status)) return mayBeOnItsWay(state, now);
  return state.status === 'completed' && mayBeOnItsWayAfterEnd(state, now, now, processingTimeoutMs);
}

/** Still open, or called failed by the bank once, which is half of what it takes. */
export function isInQuestion({ status, firstRejectedAt }: PayoutState): boolean {
  return isOpen(status) || (status === 'completed' && firstRejectedAt !== null);
}

/** Open at a bank that had another transfer under the reference: what it says may be about that one. */
export function isInDoubt({ status, bankHasAnotherSince }: PayoutState): boolean {
  return isOpen(status) && bankHasAnotherSince !== null;
}

function isProven(
  state: PayoutState,
  call: EndedCall,
  answer: FailedAnswer,
  policy: RecoveryPolicy,
  now: Moment,
): boolean {
  if (answer.kind === 'returned' && (call.kind !== 'callback' || policy.canBeInquired === false)) return true;
  const { firstRejectedAt: at, firstRejectedBy: by } = state;
  if (at === null || isOlder(state, call, now) || !isEvidence(state, call, answer, policy)) return false;
  if (by !== call.kind) return true;
  const apartMs = call.askedAt.getTime() - at.getTime();
  if (call.kind !== 'inquiry' || apartMs < policy.processingTimeoutMs || apartMs > longestApartMs(policy)) return false;
  return !isOnlyByTheClock(state, call, policy);
}

/** A time-out after the first inquiry that called it failed by a clock that has jumped, and not by live time. */
function isOnlyByTheClock(state: PayoutState, call: EndedCall, { processingTimeoutMs }: RecoveryPolicy): boolean {
  const { firstRejectedAt: at, firstRejectedBy: by, firstRejectedLiveMs: atLiveMs } = state;
  if (at === null || by !== 'inquiry' || call.kind !== 'inquiry') return false;
  if (call.askedAt.getTime() - at.getTime() < processingTimeoutMs) return false;
  return missingLiveMs(atLiveMs, call.askedLiveMs, processingTimeoutMs) > 0;
}

/**
 * Two inquiries further apart are not taken for two: the next look is an hour later, and one may be in vain. A clock has
 * jumped, and where live time is not known nobody knows how much time has passed.
 */
function longestApartMs({ processingTimeoutMs }: RecoveryPolicy): number {
  return 2 * Math.max(OPEN_QUESTION_SECONDS * 1_000, processingTimeoutMs);
}

/** Asked, or received, before the payout was completed. A completion to come was dated by a clock that ran ahead. */
function isOlder({ watchedFrom }: PayoutState, { askedAt }: EndedCall, { clockTime }: Moment): boolean {
  return watchedFrom !== null && watchedFrom <= clockTime && askedAt <= watchedFrom;
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

/**
 * What lies further from the question than anything planned was dated by a clock that was wrong, and what lies ahead by
 * live time by a count that was lost: it begins anew.
 */
function isNoted(
  { firstRejectedAt, firstRejectedBy, firstRejectedLiveMs }: PayoutState,
  { askedAt }: EndedCall,
  policy: RecoveryPolicy,
  { clockTime, liveMs }: Moment,
): boolean {
  if (firstRejectedAt === null || firstRejectedAt > clockTime || (firstRejectedLiveMs ?? 0) > liveMs) return false;
  const apartMs = askedAt.getTime() - firstRejectedAt.getTime();
  return firstRejectedBy === 'callback' || apartMs <= longestApartMs(policy);
}

/** What a callback has said stays: the answer to an inquiry may lag behind it. */
function isTakenBack({ firstRejectedBy, utr }: PayoutState, call: AnsweredCall, answer: BankAnswer): boolean {
  return firstRejectedBy === 'inquiry' && call.kind === 'inquiry' && answer.kind === 'succeeded' && answer.utr === utr;
}
