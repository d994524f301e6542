import { afterCall, type Answered, isTooEarly } from '../../../shared/submissions/after-call.js';
import { UTR_NOT_NAMED } from '../../../shared/submissions/attention.js';
import { repeatsLastAnswer, standingReason } from '../../../shared/submissions/answer-tally.js';
import { type EndedCall, isAnother } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import type { Cause } from '../../../shared/submissions/timeline.js';
import { afterWaitingInVain, hadSettled, type RecoveryPolicy } from '../../../shared/submissions/recovery.js';
import { submissionEnded } from '../../../shared/submissions/submission.js';
import { NOT_WAITING } from '../../../shared/submissions/waiting.js';
import type { Payout } from './payout.js';
import { isOpen } from './payout-status.js';
import { afterCompletion, isInDoubt } from './money-back.js';
import { bankAnswerRecord, type PayoutState } from './payout-state.js';
import {
  type BankAnswer,
  FAILED_BY_OPERATOR,
  NOT_ACCEPTED_BY_BANK,
  UTR_PENDING,
} from '../../gateways/gateways.language.js';

export interface PayoutPolicy extends RecoveryPolicy {
  /** A bank that has paid and names no UTR for so long needs a person. Left out: never. */
  readonly utrWaitMs?: number;
}

type AnsweredByBank = Answered<BankAnswer, PayoutPolicy>;

/**
 * Moves the payout as the bank's answer says, and records the answer in the timeline. An inquiry that finds nothing new
 * is counted only.
 * @returns whether an alarm is due: the answer is contrary to the payout's end, or to what was submitted, and is
 *   not what the last one said
 */
export function settlePayout(payout: Payout, answered: AnsweredByBank): boolean {
  const { call, answer, now } = answered;
  const before = payout.state;
  const record = bankAnswerRecord(call, answer);
  applyAnswer(payout, answered);
  const hasEnded = before.nextAttemptAt === null;
  const against = hasEnded && isAgainst(before, answered);
  // What an inquiry or a callback finds as it is, after the end, says nothing new.
  const isFound = hasEnded && call.kind !== 'submission' && payout.state === before && !against;
  const isUnchanged =
    payout.newEvents.length === 0 && (isFound || repeatsLastAnswer(call, record, before, payout.state));
  if (!isUnchanged) payout.recordAnswer(record, { now, actor: `bank:${call.gateway}` });
  else if (call.kind === 'inquiry') payout.countUnchanged(now);
  const isDoubted = before.bankHasAnotherSince === null && payout.state.bankHasAnotherSince !== null;
  const isNewEvidence = against && !isUnchanged && payout.state.status === before.status;
  return isDoubted || (payout.state.bankDisagrees && (isNewEvidence || !before.bankDisagrees));
}

/**
 * Moves the payout as the bank's answer says. The same answer twice, from two workers, or after an operator's decision,
 * moves nothing: an outcome counts in `processing` only, and a return once.
 */
export function applyAnswer(payout: Payout, answered: AnsweredByBank): void {
  const { call, policy, now } = answered;
  const { isSame, ...reported } = answered.answer;
  const cause = { now, actor: `bank:${call.gateway}` };
  if (isAnother(reported)) doubtAfterAnother(payout, reported, cause);
  else if (isSame === true && liftsDoubt(payout.state, call, policy, now))
    payout.doubt({ bankHasAnotherSince: null }, now);
  const answer = isInDoubt(payout.state) ? DOUBTED : reported;
  const taken = { ...answered, answer };
  // Something else has completed it; the call has ended only now.
  if (payout.state.status === 'completed' && isOwnAnswer(payout.state, call)) payout.endSubmission(now);
  if (payout.state.status === 'processing') settle(payout, taken);
  else if (isContrary(payout.state, taken)) payout.contradict({ bank_says: answer }, cause);
  // The money had left, whether or not we knew.
  if (payout.state.status === 'completed') afterCompletion(payout, taken);
}

/** Whichever message says so, the bank is asked before anything is submitted to it again, and a person looks. */
function doubtAfterAnother(payout: Payout, another: BankAnswer, cause: Cause): void {
  const { now } = cause;
  const { status, nextStep, bankHasAnotherSince } = payout.state;
  payout.contradict({ bank_says: another }, cause);
  if (isOpen(status) || bankHasAnotherSince === null) payout.doubt({ bankHasAnotherSince: now.clockTime }, now);
  if (!isOpen(status)) return;
  if (nextStep === 'submit') payout.plan({ nextStep: 'inquire', ...NOT_WAITING }, now);
  payout.raiseAttention(ANOTHER_TRANSFER, { now, actor: 'system' });
}

/**
 * Whether an answer that names the right transfer is younger than the doubt. When a callback was written nobody knows:
 * it counts only where the bank cannot be asked. A doubt to come was dated by a clock that ran ahead, and is no measure.
 */
function liftsDoubt(state: PayoutState, call: EndedCall, policy: RecoveryPolicy, { clockTime }: Moment): boolean {
  const since = state.bankHasAnotherSince;
  if (since === null || !isOpen(state.status)) return false;
  if (call.kind === 'callback' && policy.canBeInquired !== false) return false;
  return call.askedAt > since || since > clockTime;
}

/** Whether it is what the last submission itself has brought. */
function isOwnAnswer({ attempts }: PayoutState, { kind, attempt }: EndedCall): boolean {
  return kind === 'submission' && attempt === attempts;
}

function settle(payout: Payout, answered: AnsweredByBank): void {
  const { call, answer, policy, now } = answered;
  const cause = { now, actor: `bank:${call.gateway}` };
  const ended = isOwnAnswer(payout.state, call) ? submissionEnded(now) : {};
  if (answer.kind === 'succeeded') return payout.complete(answer.utr, cause, ended);
  if (isTooEarly(payout, answered)) return;
  if (answer.kind === 'returned' && answer.utr !== null) return payout.complete(answer.utr, cause);
  // A later submission may be on its way; only its own answer, or an inquiry, can say that nothing will be paid.
  if (call.attempt !== payout.state.attempts) return;
  // Returned without a UTR: nothing has arrived anywhere, and there is no name to call it paid by.
  if (answer.kind === 'rejected' || answer.kind === 'returned')
    return payout.fail(answer.failure, { ...cause, reason: answer.failure.reason });
  if (call.kind === 'inquiry' && isUtrOverdue(payout.state, answer, policy, now))
    return afterWaitingInVain(payout, UTR_NOT_NAMED, policy, now);
  afterCall(payout, { ...answered, answer: answer.kind });
}

/** Whether the last that the bank has said is that it has paid, without a UTR; that it did not answer since changes nothing. */
export function isUtrPending({ answers }: Pick<PayoutState, 'answers'>): boolean {
  return standingReason(answers) === UTR_PENDING;
}

/** As it is judged when a person fails it: what is called paid is not failed because the bank cannot be reached just now. */
export function asToBeFailed(state: PayoutState): PayoutState {
  return { ...state, needsAttention: state.needsAttention && !isUtrPending(state) };
}

/**
 * The bank has said before that it has paid, and has had the payout for longer than a UTR may take. Of a reference that it
 * had already nobody knows since when it has it: then it counts from the request.
 */
function isUtrOverdue(state: PayoutState, answer: BankAnswer, { utrWaitMs }: PayoutPolicy, { clockTime }: Moment) {
  if (answer.kind !== 'pending' || answer.code !== UTR_PENDING || !isUtrPending(state)) return false;
  const since = state.submissionEndsAt ?? state.createdAt;
  return utrWaitMs !== undefined && clockTime.getTime() - since.getTime() >= utrWaitMs;
}

/**
 * What stands in the place of an answer about an open payout whose bank had another transfer under the reference: the
 * answer may be about that one. After an unknown outcome recovery asks, and never submits again.
 */
const DOUBTED: BankAnswer = { kind: 'unknown', why: 'the bank had another transfer under the reference' };

const ANOTHER_TRANSFER = 'The bank has a transfer with another amount or account under the reference.';

/** Ends of a payout other than by the bank's own word. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set([NOT_ACCEPTED_BY_BANK.code, FAILED_BY_OPERATOR.code]);

/**
 * Whether the bank contradicts an end that the payout already has. That is recorded and shown, and moves nothing.
 * `pending` is the opposite of failed: the bank has it, and may still pay; unless it is late.
 */
function isContrary(state: PayoutState, { call, answer, policy, now }: AnsweredByBank): boolean {
  const { status, utr, failure, submissionEndsAt, watchedFrom, updatedAt } = state;
  const paid = status === 'completed' || status === 'reversed';
  if (answer.kind === 'succeeded' && (!paid || answer.utr !== utr)) return true;
  if (answer.kind === 'pending' && !paid && call.kind === 'submission') return true;
  // It has something of which it was decided that it had nothing; what it has rejected itself, it may well have.
  if (answer.kind === 'reference_reused') return failure !== null && NEVER_ACCEPTED.has(failure.code);
  // Of an end that is not known by the clock `updatedAt` comes closest.
  const movedAt = watchedFrom ?? updatedAt;
  if (call.kind !== 'inquiry' || !hadSettled(call.askedAt, [movedAt, submissionEndsAt], policy, now)) return false;
  if (answer.kind === 'pending' && !paid) return true;
  if (status === 'reversed') return answer.kind === 'succeeded';
  if (status !== 'completed') return false;
  const isPending = answer.kind === 'pending' && answer.code !== UTR_PENDING;
  return isPending || (answer.kind === 'not_found' && policy.authoritativeInquiry);
}

/** Against what was submitted, or against the end. Said again, it is kept once in a row. */
function isAgainst(state: PayoutState, answered: AnsweredByBank): boolean {
  const { call, answer } = answered;
  if (isAnother(answer) || isContrary(state, answered)) return true;
  return answer.kind === 'rejected' && call.kind === 'inquiry' && state.status === 'completed';
}
