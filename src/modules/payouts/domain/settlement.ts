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
  /** A payout needs a person if the bank has paid it, but has not named the UTR after this time. Left out: never. */
  readonly utrWaitMs?: number;
}

type AnsweredByBank = Answered<BankAnswer, PayoutPolicy>;

/**
 * Moves the payout as the bank's answer says, and records the answer in the timeline. An inquiry that finds nothing new
 * is only counted.
 * @returns whether an alarm is due: the answer contradicts the payout's end, or what was submitted, and differs from
 *   the last answer
 */
export function settlePayout(payout: Payout, answered: AnsweredByBank): boolean {
  const { call, answer, now } = answered;
  const before = payout.state;
  const record = bankAnswerRecord(call, answer);
  applyAnswer(payout, answered);
  const hasEnded = before.nextAttemptAt === null;
  const against = hasEnded && isAgainst(before, answered);
  // After the end, an inquiry or a callback that leaves the payout as it is says nothing new.
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
 * Moves the payout as the bank's answer says. An answer that comes twice, from two workers, or after an operator's
 * decision moves nothing: an outcome counts only in `processing`, and a return only once.
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
  // Something else completed it first; the submission has ended only now.
  if (payout.state.status === 'completed' && isOwnAnswer(payout.state, call)) payout.endSubmission(now);
  if (payout.state.status === 'processing') settle(payout, taken);
  else if (isContrary(payout.state, taken)) payout.contradict({ bank_says: answer }, cause);
  // Also if this answer has just completed it: the money had left before it came back.
  if (payout.state.status === 'completed') afterCompletion(payout, taken);
}

/**
 * The bank has another transfer under the reference. Whichever message said so, the bank is asked about an open payout
 * before it is submitted again, and a person looks.
 */
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
 * Whether an answer that names the right transfer is newer than the doubt. Nobody knows when a callback was written, so
 * it counts only if the bank cannot be asked. A doubt dated in the future was written by a clock that ran ahead: any
 * answer lifts it.
 */
function liftsDoubt(state: PayoutState, call: EndedCall, policy: RecoveryPolicy, { clockTime }: Moment): boolean {
  const since = state.bankHasAnotherSince;
  if (since === null || !isOpen(state.status)) return false;
  if (call.kind === 'callback' && policy.canBeInquired !== false) return false;
  return call.askedAt > since || since > clockTime;
}

/** Whether it is the last submission's own answer. */
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
  // Returned without a UTR: no money has arrived, and without a UTR the payout cannot be called completed.
  if (answer.kind === 'rejected' || answer.kind === 'returned')
    return payout.fail(answer.failure, { ...cause, reason: answer.failure.reason });
  if (call.kind === 'inquiry' && isUtrOverdue(payout.state, answer, policy, now))
    return afterWaitingInVain(payout, UTR_NOT_NAMED, policy, now);
  afterCall(payout, { ...answered, answer: answer.kind });
}

/** Whether the last answer says that the bank has paid, without a UTR. Unanswered calls since then change nothing. */
export function isUtrPending({ answers }: Pick<PayoutState, 'answers'>): boolean {
  return standingReason(answers) === UTR_PENDING;
}

/**
 * The state by which a failure by hand is judged: a payout that the bank calls paid is not failed just because the bank
 * cannot be reached now.
 */
export function asToBeFailed(state: PayoutState): PayoutState {
  return { ...state, needsAttention: state.needsAttention && !isUtrPending(state) };
}

/**
 * Whether the bank has said before that it has paid, and has had the payout for longer than a UTR may take. If the bank
 * already had the reference, nobody knows since when: then the time counts from the request.
 */
function isUtrOverdue(state: PayoutState, answer: BankAnswer, { utrWaitMs }: PayoutPolicy, { clockTime }: Moment) {
  if (answer.kind !== 'pending' || answer.code !== UTR_PENDING || !isUtrPending(state)) return false;
  const since = state.submissionEndsAt ?? state.createdAt;
  return utrWaitMs !== undefined && clockTime.getTime() - since.getTime() >= utrWaitMs;
}

/**
 * Replaces every answer about an open payout whose bank had another transfer under the reference, because the answer
 * may be about that transfer. After an unknown outcome recovery asks, and never submits again.
 */
const DOUBTED: BankAnswer = { kind: 'unknown', why: 'the bank had another transfer under the reference' };

const ANOTHER_TRANSFER = 'The bank has a transfer with another amount or account under the reference.';

/** Failures that the bank itself has not reported. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set([NOT_ACCEPTED_BY_BANK.code, FAILED_BY_OPERATOR.code]);

/**
 * Whether the bank contradicts an end that the payout already has. A contradiction is recorded and shown, but moves no
 * money. `pending` contradicts failed, because the bank has the payout and may still pay it, unless the answer is late.
 */
function isContrary(state: PayoutState, { call, answer, policy, now }: AnsweredByBank): boolean {
  const { status, utr, failure, submissionEndsAt, watchedFrom, updatedAt } = state;
  const paid = status === 'completed' || status === 'reversed';
  if (answer.kind === 'succeeded' && (!paid || answer.utr !== utr)) return true;
  if (answer.kind === 'pending' && !paid && call.kind === 'submission') return true;
  // The payout was failed because the bank seemed not to have it. What the bank itself rejected, it may well have.
  if (answer.kind === 'reference_reused') return failure !== null && NEVER_ACCEPTED.has(failure.code);
  // If the end is not known by the clock, `updatedAt` comes closest.
  const movedAt = watchedFrom ?? updatedAt;
  if (call.kind !== 'inquiry' || !hadSettled(call.askedAt, [movedAt, submissionEndsAt], policy, now)) return false;
  if (answer.kind === 'pending' && !paid) return true;
  if (status === 'reversed') return answer.kind === 'succeeded';
  if (status !== 'completed') return false;
  const isPending = answer.kind === 'pending' && answer.code !== UTR_PENDING;
  return isPending || (answer.kind === 'not_found' && policy.authoritativeInquiry);
}

/** Whether the answer contradicts what was submitted, or the end. Equal answers in a row are recorded once. */
function isAgainst(state: PayoutState, answered: AnsweredByBank): boolean {
  const { call, answer } = answered;
  if (isAnother(answer) || isContrary(state, answered)) return true;
  return answer.kind === 'rejected' && call.kind === 'inquiry' && state.status === 'completed';
}
