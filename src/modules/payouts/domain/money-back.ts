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
 * Settles a bank's answer about a completed payout. Its money comes back once, under the stored UTR, when the bank
 *
 * - answers an inquiry or a submission with "returned", or says so in a callback if it cannot be asked; or
 * - says twice that the payout has failed: in a callback and to an inquiry, or to two inquiries that were made a
 *   time-out apart, both by the clock and by live time, whenever they are settled. Inquiries that were made, and
 *   callbacks that were received, before the completion do not count.
 *
 * An inquiry that was made while a submission may have been on its way does not count either. A rejection reverses a
 * payout that an operator completed by hand only if it names the stored UTR. Weaker evidence is recorded, and a person
 * looks at it. No other answer moves money.
 */
export function afterCompletion(payout: Payout, { call, answer, policy, now }: Answered<BankAnswer>): void {
  const { state } = payout;
  if (isTakenBack(state, call, answer)) return payout.doubt(NO_REJECTION, now);
  if (answer.kind !== 'rejected' && answer.kind !== 'returned') return;
  // The answer may be about an earlier submission; the one that is on its way may still be paid.
  const asked = { clockTime: call.askedAt, liveMs: call.askedLiveMs };
  if (call.kind === 'inquiry' && mayBeOnItsWayAfterEnd(state, asked, now, policy.processingTimeoutMs)) return;
  const cause = { now, actor: `bank:${call.gateway}` };
  if (isProven(state, call, answer, policy, now))
    return payout.reverse(answer.failure, { ...cause, reason: answer.failure.reason });
  const isLate = isOlder(state, call, now);
  const counts = !isLate && isEvidence(state, call, answer, policy);
  if (counts && !isNoted(state, call, policy, now)) payout.doubt(firstRejection(state, call, policy), now);
  else if (counts && isOnlyByTheClock(state, call, policy)) payout.doubt(nextLook(state, call, policy), now);
  // A callback is followed up in the inbox, and becomes a finding there if nothing confirms it.
  if (call.kind !== 'callback' || (!counts && !isLate)) payout.contradict({ bank_says: answer }, cause);
}

const NO_REJECTION = { firstRejectedBy: null, firstRejectedAt: null, firstRejectedLiveMs: null } as const;

function firstRejection(state: PayoutState, call: EndedCall, policy: RecoveryPolicy): Partial<Doubt> {
  const { kind, askedAt, askedLiveMs = null } = call;
  const first = { firstRejectedBy: kind === 'callback' ? kind : 'inquiry', firstRejectedAt: askedAt } as const;
  return { ...first, firstRejectedLiveMs: askedLiveMs, ...nextLook(state, call, policy) };
}

/** The same answer counts as the second one after a time-out, so the watch asks then, not after a day. */
function nextLook({ watchNextAt }: PayoutState, { askedAt }: EndedCall, policy: RecoveryPolicy): Partial<Doubt> {
  return watchNextAt === null ? {} : { watchNextAt: new Date(askedAt.getTime() + policy.processingTimeoutMs) };
}

/** Whether a submission may be on its way that may still pay, or has paid, the payout. For open and ended payouts. */
export function mayPayoutBeOnItsWay(
  state: PayoutState,
  now: Pick<Moment, 'clockTime' | 'liveMs'>,
  { processingTimeoutMs }: Pick<RecoveryPolicy, 'processingTimeoutMs'>,
): boolean {
  if (isOpen(state.status)) return mayBeOnItsWay(state, now);
  return state.status === 'completed' && mayBeOnItsWayAfterEnd(state, now, now, processingTimeoutMs);
}

/** Still open, or completed and reported once as failed by the bank, which is half of the proof. */
export function isInQuestion({ status, firstRejectedAt }: PayoutState): boolean {
  return isOpen(status) || (status === 'completed' && firstRejectedAt !== null);
}

/** Open at a bank that had another transfer under the reference: the bank's answers may be about that transfer. */
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

/** The first rejecting inquiry was a time-out ago by the clock, which has jumped, but not by live time. */
function isOnlyByTheClock(state: PayoutState, call: EndedCall, { processingTimeoutMs }: RecoveryPolicy): boolean {
  const { firstRejectedAt: at, firstRejectedBy: by, firstRejectedLiveMs: atLiveMs } = state;
  if (at === null || by !== 'inquiry' || call.kind !== 'inquiry') return false;
  if (call.askedAt.getTime() - at.getTime() < processingTimeoutMs) return false;
  return missingLiveMs({ sinceLiveMs: atLiveMs, liveMs: call.askedLiveMs, durationMs: processingTimeoutMs }) > 0;
}

/**
 * Inquiries further apart than this do not count as two: the next look comes an hour later, and one look may fail. So
 * the clock has jumped, and if live time is not known, nobody knows how much time has passed.
 */
function longestApartMs({ processingTimeoutMs }: RecoveryPolicy): number {
  return 2 * Math.max(OPEN_QUESTION_SECONDS * 1_000, processingTimeoutMs);
}

/**
 * Whether the call was made, or received, before the payout was completed. A completion date in the future was written
 * by a clock that ran ahead, and is ignored.
 */
function isOlder({ watchedFrom }: PayoutState, { askedAt }: EndedCall, { clockTime }: Moment): boolean {
  return watchedFrom !== null && watchedFrom <= clockTime && askedAt <= watchedFrom;
}

/** Whether the answer counts at all. The answer to a submission is older than the one that completed the payout. */
function isEvidence(
  { attempts, completedBy, utr }: PayoutState,
  call: AnsweredCall,
  answer: FailedAnswer,
  { canBeInquired }: RecoveryPolicy,
): boolean {
  if (call.kind === 'submission' || call.attempt !== attempts) return false;
  // A bank that cannot be asked rejects by callback only; callbacks, however many, are only half of the proof.
  if (call.kind === 'callback' && canBeInquired === false) return false;
  return answer.kind === 'returned' || completedBy === 'bank' || answer.utr === utr;
}

/**
 * Whether a first rejection is recorded that this one can confirm. If its date is further away than any look is
 * planned, the clock was wrong; if it is in the future by live time, the count was lost. Then the proof starts again.
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

/** Whether the bank takes its rejection back. A rejection by callback stays, because inquiries may lag behind it. */
function isTakenBack({ firstRejectedBy, utr }: PayoutState, call: AnsweredCall, answer: BankAnswer): boolean {
  return firstRejectedBy === 'inquiry' && call.kind === 'inquiry' && answer.kind === 'succeeded' && answer.utr === utr;
}
