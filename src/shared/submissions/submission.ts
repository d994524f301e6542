import { assert } from '../assert.js';
import { LIVE_MARGIN_MS, liveMsAt, missingLiveMs, type Moment } from '../moment.js';
import type { Failure } from './gateway-answer.js';
import type { Cause } from './timeline.js';
import { NOT_WAITING, type Waiting, type WaitingFor } from './waiting.js';

/** The next step: submit the order to the other party, or ask the other party what became of it. */
export type NextStep = 'submit' | 'inquire';

/**
 * How far an order has been carried to the party that carries it out: a payout to a bank, a charge or a refund to a
 * payment provider. State machine, money and routing differ by kind of order; this part is the same for all.
 */
export interface SubmissionState extends Waiting {
  /** How often it was submitted. The reference is the same each time, and is carried out once. */
  readonly attempts: number;
  /** Due at `nextAttemptAt`; both are null once the order has ended. */
  readonly nextStep: NextStep | null;
  readonly nextAttemptAt: Date | null;
  /**
   * `nextAttemptAt` by live time, in milliseconds, so that setting a clock back delays nothing. If a version without
   * this column planned the step, it is null or belongs to an earlier plan; the step may then come early.
   */
  readonly nextAttemptLiveMs: number | null;
  /**
   * After this moment the last submission can no longer be on its way, and the other party's `not_found` may begin to
   * count. Null if it was not submitted, or if the other party has said that it has the reference.
   */
  readonly submissionEndsAt: Date | null;
  /**
   * `submissionEndsAt` by live time, in milliseconds. If a version without this column submitted the order, it is null
   * or belongs to an earlier attempt.
   */
  readonly submissionEndsLiveMs: number | null;
  /** Since when, after the last submission, the other party has answered that it has nothing under the reference. */
  readonly notFoundAt: Date | null;
  /** Inquiries since the last submission without an outcome. */
  readonly inquiries: number;
  /** The outcome stays unknown and a person should look. Inquiries go on. */
  readonly needsAttention: boolean;
}

/** A change of the plan. Only `submitted` counts attempts. */
export type SubmissionPlan = Partial<Omit<SubmissionState, 'attempts'>>;

/** An order that has no outcome yet, as recovery sees it. */
export interface Submission {
  readonly state: SubmissionState;
  plan(plan: SubmissionPlan, now: Moment): void;
  /** Why it has failed when it was surely never accepted. */
  readonly notAccepted: Failure;
  /** Ends the order as failed, and makes available again what was held for it. */
  fail(failure: Failure, cause: Cause): void;
  raiseAttention(why: string, cause: Cause): void;
}

/** The plan of an order that has ended. */
export const NOTHING_DUE = { nextStep: null, nextAttemptAt: null, ...NOT_WAITING } as const;

/** @param firstStepAt when the sweep submits it if its job was lost */
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
 * What changes when an order is submitted once more. Earlier answers say nothing about the new submission, and nobody
 * may end the order by hand while it is on its way.
 * @param leaseEndsAt when the call has certainly ended; the other party is asked then
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

/** @throws BrokenInvariant when an order has ended and is still due, or is open and never due */
export function assertDueWhileOpen({ nextStep, nextAttemptAt }: SubmissionState, isOpen: boolean): void {
  assert(isOpen === (nextAttemptAt !== null), 'every open order is due some time, no other is');
  assert((nextStep === null) === (nextAttemptAt === null), 'what is due, and when, go together');
}

/** For an order that is not what was requested; nothing is sent until a person has looked at it. */
export const NOT_AS_REQUESTED = 'What would be sent is not what was requested and held for. Nothing was sent.';

/**
 * Why an order is held back. `differs`: it is not what was requested. `undigested`: its amount is held, but the hold
 * lacks the digest that it must have, so nobody can tell what was requested.
 */
export type HeldBack = 'differs' | 'undigested';

/** For an order whose hold lacks the digest that it must have: nobody can tell whether this is what was requested. */
export const WITHOUT_DIGEST =
  'The hold does not say what was requested, and was made after the day until which it may. Nothing was sent: end it ' +
  'by hand, which gives back what is held, and request anew what is still wanted.';

/** The reason when somebody tries to end an order that is not what was requested; what is held for it stays held. */
export const NOT_ENDED = 'What is stored is not what was requested and held for. It was not ended by hand.';

/** The reason when somebody tries to complete a payout whose hold lacks the digest that it must have. */
export const NOT_COMPLETED =
  'The hold does not say what was requested, and was made after the day until which it may. It was not completed by ' +
  'hand: failed, it gives back what is held.';

/** After this time an order that was held back is looked at again: it may have been corrected. */
const HELD_BACK_MS = 3_600_000;

/** When to come back to an order that was held back. */
export function heldBackUntil({ clockTime }: Moment): Date {
  return new Date(clockTime.getTime() + HELD_BACK_MS);
}

/** Waiting longer between two inquiries would leave a merchant without an answer for no gain. */
export const LONGEST_BACK_OFF_MS = 15 * 60_000;

/**
 * If a further submission is delayed by more than this, an inquiry comes first: what was not found then may have turned
 * up since. Well below the time for which providers recognise a repeated reference; the shortest documented one is a
 * day.
 */
const HELD_UP_MS = 3_600_000;

/** Nothing is planned further ahead than this, in milliseconds. */
export interface LongestPlan {
  readonly ordinary: number;
  /** For orders that are held back until a person acts. */
  readonly heldBack: number;
}

/** How far ahead an order's next step can be dated, given the settings. */
export function longestPlan(processingTimeoutMs: number): LongestPlan {
  const ordinary = Math.max(LONGEST_BACK_OFF_MS, 2 * processingTimeoutMs);
  return { ordinary, heldBack: Math.max(HELD_BACK_MS, ordinary) };
}

/**
 * The step that may be claimed now, or null. An order that was never submitted is due as soon as a worker has it: its
 * date only says when the sweep picks it up. A date further ahead than anything is planned was written by a clock that
 * ran ahead: the order is due now, and because nothing else from that time can be relied on, the other party is asked
 * first. An order that is due by live time is due even if the clock was set back.
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
 * What changes when an inquiry is claimed. A submission that seems to end later than any lease allows may have begun
 * just now; it is given one lease from now.
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

/** When the last submission ends or ended. */
type Ends = Pick<SubmissionState, 'submissionEndsAt' | 'submissionEndsLiveMs'>;

/**
 * By which measures a submission seems to end later than a lease that begins now: its date came from a clock that ran
 * ahead, or from a count of live time that was lost.
 */
function beyondAnyLease({ submissionEndsAt, submissionEndsLiveMs }: Ends, leaseEndsAt: Date, now: LiveMoment) {
  return {
    byClock: submissionEndsAt !== null && submissionEndsAt > leaseEndsAt,
    byLiveTime: submissionEndsLiveMs !== null && submissionEndsLiveMs > liveMsAt(leaseEndsAt, now) + LIVE_MARGIN_MS,
  };
}

/**
 * What the order waits for. It counts only while a submission is due: a version without this column submitted orders
 * without clearing it.
 */
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
 * Whether the last submission of an order without an outcome may have been on its way at that time: by the clock, or by
 * live time, since a clock may have jumped ahead meanwhile. No money is released by an answer to a question asked
 * before then: it may be about an earlier attempt. An end dated too far ahead blocks this until an inquiry is claimed,
 * which bounds it. For an order that has ended no inquiry is claimed any more; use `mayBeOnItsWayAfterEnd` there.
 */
export function mayBeOnItsWay(state: SubmissionState, at: Time): boolean {
  if (state.nextAttemptAt === null || state.submissionEndsAt === null) return false;
  return state.submissionEndsAt > at.clockTime || isAheadByLiveTime(state.submissionEndsLiveMs, at);
}

/**
 * As `mayBeOnItsWay`, for an order that has meanwhile ended in another way. A measure that puts the end beyond any
 * lease is ignored; the other one still counts, so a single clock that jumps does not hide a call.
 */
export function mayBeOnItsWayAfterEnd(ends: Ends, at: Time, now: LiveMoment, leaseMs: number): boolean {
  const { submissionEndsAt, submissionEndsLiveMs } = ends;
  if (submissionEndsAt === null) return false;
  const isBeyond = beyondAnyLease(ends, new Date(now.clockTime.getTime() + leaseMs), now);
  if (!isBeyond.byClock && submissionEndsAt > at.clockTime) return true;
  return !isBeyond.byLiveTime && isAheadByLiveTime(submissionEndsLiveMs, at);
}

/** Whether live time has not reached the end of the submission. */
function isAheadByLiveTime(endsLiveMs: number | null, { liveMs }: Time): boolean {
  return missingLiveMs({ sinceLiveMs: endsLiveMs, liveMs, durationMs: 0 }) > 0;
}
