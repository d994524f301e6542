import { assert } from '../assert.js';
import { LIVE_MARGIN_MS, liveMsAt, missingLiveMs, type Moment } from '../moment.js';
import type { Failure } from './gateway-answer.js';
import type { Cause } from './timeline.js';
import { NOT_WAITING, type Waiting, type WaitingFor } from './waiting.js';

/** What is done next: the order is carried to the other party, or the other party is asked what became of it. */
export type NextStep = 'submit' | 'inquire';

/**
 * How far an order has been carried to the party that carries it out: a payout to a bank, a charge or a refund to a
 * payment provider. Its state machine, its money and its routing are its own; this is the same for all.
 */
export interface SubmissionState extends Waiting {
  /** How often it was submitted. Each time under the same reference, under which it is carried out once. */
  readonly attempts: number;
  /** What is due at `nextAttemptAt`; both are null once the order has ended. */
  readonly nextStep: NextStep | null;
  readonly nextAttemptAt: Date | null;
  /**
   * The same by live time, in milliseconds: a clock that is set back puts nothing off. Null, or of an earlier plan, where a
   * version without it has planned; then the step may come early.
   */
  readonly nextAttemptLiveMs: number | null;
  /**
   * After this moment the last submission can no longer be on its way, and the other party's `not_found` may come to count.
   * Null: it was not submitted, or the other party has said that it has the reference.
   */
  readonly submissionEndsAt: Date | null;
  /** The same by live time, in milliseconds. Null, or of an earlier attempt, where a version without it has submitted. */
  readonly submissionEndsLiveMs: number | null;
  /**
   * Since when, after the last submission, the other party has answered that it has nothing under the reference.
   */
  readonly notFoundAt: Date | null;
  /** Inquiries since the last submission without an outcome. */
  readonly inquiries: number;
  /** The outcome stays unknown and a person should look. Inquiries go on. */
  readonly needsAttention: boolean;
}

/** A change of what is due; the attempts are counted by `submitted` alone. */
export type SubmissionPlan = Partial<Omit<SubmissionState, 'attempts'>>;

/** An order that has no outcome yet, as recovery sees it. */
export interface Submission {
  readonly state: SubmissionState;
  plan(plan: SubmissionPlan, now: Moment): void;
  /** Why it has failed when it was surely never accepted. */
  readonly notAccepted: Failure;
  /** It ends, and what was held for it is available again. */
  fail(failure: Failure, cause: Cause): void;
  raiseAttention(why: string, cause: Cause): void;
}

/** What is due of an order that has ended. */
export const NOTHING_DUE = { nextStep: null, nextAttemptAt: null, ...NOT_WAITING } as const;

/** An order after a change: dated, with its next revision, and what is planned is planned by live time too. */
export function changed<State extends SubmissionState & { readonly updatedAt: Date; readonly revision: number }>(
  state: State,
  change: Partial<State>,
  now: Moment,
): State {
  const { nextAttemptAt: at } = change;
  const planned = at ? { nextAttemptLiveMs: liveMsAt(at, now) } : at === null ? { nextAttemptLiveMs: null } : {};
  return { ...state, ...change, ...planned, updatedAt: now.orderTime, revision: state.revision + 1 };
}

/** @param firstStepAt when it is submitted even if its job was lost */
export function notSubmitted(firstStepAt: Date, now: Moment): SubmissionState {
  return {
    attempts: 0,
    nextStep: 'submit',
    nextAttemptAt: firstStepAt,
    nextAttemptLiveMs: liveMsAt(firstStepAt, now),
    submissionEndsAt: null,
    submissionEndsLiveMs: null,
    notFoundAt: null,
    inquiries: 0,
    ...NOT_WAITING,
    needsAttention: false,
  };
}

/**
 * What changes when an order is submitted once more. A new submission is a new question: earlier answers say nothing of
 * it, and nobody may end the order by hand while it is on its way.
 * @param leaseEndsAt when the call has surely ended; then the other party is asked
 */
export function submitted({ attempts, nextStep }: SubmissionState, leaseEndsAt: Date, now: Moment): SubmissionState {
  assert(nextStep === 'submit', 'only what is due for it is submitted');
  const leaseEndsLiveMs = liveMsAt(leaseEndsAt, now);
  return {
    attempts: attempts + 1,
    nextStep: 'inquire',
    nextAttemptAt: leaseEndsAt,
    nextAttemptLiveMs: leaseEndsLiveMs,
    submissionEndsAt: leaseEndsAt,
    submissionEndsLiveMs: leaseEndsLiveMs,
    notFoundAt: null,
    inquiries: 0,
    ...NOT_WAITING,
    needsAttention: false,
  };
}

/** @throws BrokenInvariant when an order is due although it has ended, or is never due although it has not */
export function assertDueWhileOpen({ nextStep, nextAttemptAt }: SubmissionState, isOpen: boolean): void {
  assert(isOpen === (nextAttemptAt !== null), 'every open order is due some time, no other is');
  assert((nextStep === null) === (nextAttemptAt === null), 'what is due, and when, go together');
}

/** Of an order that is not what was requested; nothing is sent until a person has looked. */
export const NOT_AS_REQUESTED = 'What would be sent is not what was requested and held for. Nothing was sent.';

/**
 * Why an order is held back. `differs`: nobody has requested this. `undigested`: its amount is held, and for whom nobody
 * can tell, though the hold must say it.
 */
export type HeldBack = 'differs' | 'undigested';

/** Of an order whose hold lacks the digest that it must have: nobody can tell whether this is what was requested. */
export const WITHOUT_DIGEST =
  'The hold does not say what was requested, and was made after the day until which it may. Nothing was sent: end it ' +
  'by hand, which gives back what is held, and request anew what is still wanted.';

/** Said of an order that is not what was requested when somebody would end it; what is held for it stays held. */
export const NOT_ENDED = 'What is stored is not what was requested and held for. It was not ended by hand.';

/** Said of a payout whose hold lacks the digest that it must have when somebody would complete it. */
export const NOT_COMPLETED =
  'The hold does not say what was requested, and was made after the day until which it may. It was not completed by ' +
  'hand: failed, it gives back what is held.';

/** After this time what was held back is looked at again: it may have been put right. */
const HELD_BACK_MS = 3_600_000;

/** When to come back to an order that was held back. */
export function heldBackUntil({ clockTime }: Moment): Date {
  return new Date(clockTime.getTime() + HELD_BACK_MS);
}

/** Waiting longer between two inquiries would leave a merchant without an answer for no gain. */
export const LONGEST_BACK_OFF_MS = 15 * 60_000;

/**
 * A further submission that is held up for longer asks first: what was not found then may have turned up since. Well
 * below the time for which providers know a reference again; the shortest that is documented is a day.
 */
const HELD_UP_MS = 3_600_000;

/** In milliseconds: nothing is planned further ahead. */
export interface LongestPlan {
  readonly ordinary: number;
  /** Of what a person looks after. */
  readonly heldBack: number;
}

/** How far ahead the next step of an order can be by its settings. */
export function longestPlan(processingTimeoutMs: number): LongestPlan {
  const ordinary = Math.max(LONGEST_BACK_OFF_MS, 2 * processingTimeoutMs);
  return { ordinary, heldBack: Math.max(HELD_BACK_MS, ordinary) };
}

/**
 * The step that may be claimed now, or null. What was never submitted goes as soon as a worker has it: its date only
 * says when the sweep comes for it. A date further ahead than anything is planned was written by a clock that ran
 * ahead: it is due now, and as nothing else from that time can be relied upon either, the other party is asked. What is
 * due by live time is due though the clock was set back.
 */
export function dueStep(state: SubmissionState, now: Moment, processingTimeoutMs: number): NextStep | null {
  const { attempts, nextStep, nextAttemptAt, nextAttemptLiveMs, needsAttention } = state;
  const { clockTime, liveMs } = now;
  if (attempts === 0 || nextAttemptAt === null) return nextStep;
  const overdueMs = clockTime.getTime() - nextAttemptAt.getTime();
  const longestMs = longestPlan(processingTimeoutMs)[needsAttention ? 'heldBack' : 'ordinary'];
  if (overdueMs < -longestMs || overdueMs > HELD_UP_MS) return 'inquire';
  const isOverdueByLiveTime = nextAttemptLiveMs !== null && liveMs >= nextAttemptLiveMs + LIVE_MARGIN_MS;
  return overdueMs >= 0 || isOverdueByLiveTime ? nextStep : null;
}

/**
 * What changes when an inquiry is claimed. A submission that seems to end after any lease may have begun just now, and has
 * one lease from here.
 */
export function inquiryClaimed(state: SubmissionState, leaseEndsAt: Date, now: Moment): SubmissionPlan {
  const isBeyond = beyondAnyLease(state, leaseEndsAt, now);
  return {
    nextStep: 'inquire',
    nextAttemptAt: leaseEndsAt,
    ...(isBeyond.byClock ? { submissionEndsAt: leaseEndsAt } : {}),
    ...(isBeyond.byLiveTime ? { submissionEndsLiveMs: liveMsAt(leaseEndsAt, now) } : {}),
  };
}

/** When the last submission ends, or has ended. */
type Ends = Pick<SubmissionState, 'submissionEndsAt' | 'submissionEndsLiveMs'>;

/**
 * By which measures a submission seems to end after a lease that begins now: it was dated by a clock that ran ahead, or by
 * a count of live time that was lost.
 */
function beyondAnyLease({ submissionEndsAt, submissionEndsLiveMs }: Ends, leaseEndsAt: Date, now: LiveMoment) {
  return {
    byClock: submissionEndsAt !== null && submissionEndsAt > leaseEndsAt,
    byLiveTime: submissionEndsLiveMs !== null && submissionEndsLiveMs > liveMsAt(leaseEndsAt, now) + LIVE_MARGIN_MS,
  };
}

/** A version without this column submitted orders and left it standing: it counts while a submission is due. */
export function waitingFor(state: SubmissionState): WaitingFor | null {
  return state.nextStep === 'submit' ? state.waitingFor : null;
}

/** What changes when the call of the last submission has ended. */
export function submissionEnded({ clockTime, liveMs }: Moment): SubmissionPlan {
  return { submissionEndsAt: clockTime, submissionEndsLiveMs: liveMs };
}

/** Now, by both measures. */
type LiveMoment = Pick<Moment, 'clockTime' | 'liveMs'>;

/** A time by both measures. */
interface Time extends Pick<Moment, 'clockTime'> {
  /** Undefined: not known, as of when a callback came. */
  readonly liveMs: number | undefined;
}

/**
 * Whether the last submission of an order without an outcome may have been on its way at that time: by the clock, or, as a
 * clock may have jumped ahead since it began, by live time. No money is released by what was asked until then: it may be
 * about an earlier attempt. An end that lies too far ahead shuts the door until an inquiry is claimed, which bounds it; of
 * an order that has ended nothing is claimed any more, and `mayBeOnItsWayAfterEnd` asks the same.
 */
export function mayBeOnItsWay(state: SubmissionState, at: Time): boolean {
  if (state.nextAttemptAt === null || state.submissionEndsAt === null) return false;
  return state.submissionEndsAt > at.clockTime || missingLiveMs(state.submissionEndsLiveMs, at.liveMs, 0) > 0;
}

/**
 * The same of an order that has ended otherwise meanwhile. An end beyond any lease is no measure; the other one still is, so
 * that one clock that jumps lets nothing pass a call.
 */
export function mayBeOnItsWayAfterEnd(ends: Ends, at: Time, now: LiveMoment, leaseMs: number): boolean {
  const { submissionEndsAt, submissionEndsLiveMs } = ends;
  if (submissionEndsAt === null) return false;
  const isBeyond = beyondAnyLease(ends, new Date(now.clockTime.getTime() + leaseMs), now);
  if (!isBeyond.byClock && submissionEndsAt > at.clockTime) return true;
  return !isBeyond.byLiveTime && missingLiveMs(submissionEndsLiveMs, at.liveMs, 0) > 0;
}
