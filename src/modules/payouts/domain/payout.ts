import { assert } from '../../../shared/assert.js';
import {
  NO_ANSWERS,
  unchangedSoFar,
  withLast,
  withUnchangedInquiry,
} from '../../../shared/submissions/answer-tally.js';
import type { AnswerRecord } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import {
  changed,
  heldBackUntil,
  NOTHING_DUE,
  type Submission,
  submissionEnded,
  type SubmissionPlan,
  submitted,
} from '../../../shared/submissions/submission.js';
import { attachAnswer, type Cause, withData, withEntry } from '../../../shared/submissions/timeline.js';
import { beginsToWait, NOT_WAITING, type WaitingFor } from '../../../shared/submissions/waiting.js';
import { cameBack, watched } from './return-watch.js';
import { assertTransition, isOpen, kindOfActor, type PayoutStatus } from './payout-status.js';
import {
  assertInOrder,
  type Doubt,
  type PayoutEvent,
  type PayoutState,
  type RequestedPayout,
  requestedState,
} from './payout-state.js';
import { NOT_ACCEPTED_BY_BANK, type PayoutFailure } from '../../gateways/gateways.language.js';

/** Money out, from the merchant's request to its end. Changed only by the verbs below; each writes the timeline. */
export class Payout implements Submission {
  /** What has happened since the payout was made or restored; stored together with it. */
  readonly newEvents: PayoutEvent[] = [];
  readonly notAccepted = NOT_ACCEPTED_BY_BANK;

  private constructor(private current: PayoutState) {}

  /** @param firstStepAt when the sweep submits the payout if its job was lost */
  static request(requested: RequestedPayout, cause: Cause, firstStepAt: Date): Payout {
    const payout = new Payout(requestedState(requested, firstStepAt, cause.now));
    payout.record('payout.requested', null, cause);
    return payout;
  }

  static restore(state: PayoutState): Payout {
    assertInOrder(state);
    return new Payout(state);
  }

  get state(): PayoutState {
    return this.current;
  }

  cancel(cause: Cause): void {
    this.move('cancelled', cause);
  }

  /** An operator sends a pending payout off now. */
  sendOff(cause: Cause): void {
    this.move('processing', cause, { nextStep: 'submit', nextAttemptAt: cause.now.clockTime, ...NOT_WAITING });
  }

  /** The payout is due for submission, but cannot be submitted now. @param at the gateways that would take it */
  waitFor(what: WaitingFor, cause: Cause, at: readonly string[] = []): void {
    const begun = beginsToWait(this.current, what, at, cause);
    if (begun === null) return;
    this.change(cause.now, begun.change);
    if (begun.entry !== null) this.record('payout.waiting', this.current.status, begun.entry);
  }

  /** Committed before the bank is called: whatever happens then, the payout is known to be with this bank. */
  submit(gateway: string, leaseEndsAt: Date, cause: Cause): void {
    const { gateway: earlier, status, answers } = this.current;
    assert(earlier === null || earlier === gateway, 'a payout never goes to a second bank');
    const change = { ...submitted(this.current, leaseEndsAt, cause.now), gateway, answers: NO_ANSWERS };
    const described = withData(cause, { gateway, attempt: change.attempts, ...unchangedSoFar(answers) });
    if (status === 'pending') return this.move('processing', described, change);
    this.change(cause.now, change);
    this.record('payout.processing', status, described);
  }

  /** @param ended given if the answer is the last submission's own, and so ends that submission */
  complete(utr: string, cause: Cause, ended: SubmissionPlan = {}): void {
    const completedBy = kindOfActor(cause.actor) === 'bank' ? 'bank' : 'operator';
    const change = { utr, completedBy, needsAttention: false, ...ended, ...watched(this.current, cause.now) } as const;
    this.move('completed', withData(cause, { utr }), change);
  }

  fail(failure: PayoutFailure, cause: Cause): void {
    const change = { failure, needsAttention: false, watchedFrom: cause.now.clockTime };
    this.move('failed', withData(cause, { failure }), change);
  }

  /**
   * The bank had paid, and the money has come back. This settles what the bank said against the payout before, unless
   * it named another transfer: then a person has to find out which of the two came back.
   */
  reverse(failure: PayoutFailure, cause: Cause): void {
    const bankDisagrees = this.current.bankDisagrees && this.current.bankHasAnotherSince !== null;
    this.move('reversed', withData(cause, { failure }), { failure, bankDisagrees, ...cameBack(cause.now) });
  }

  /** The last submission's own answer has arrived after something else had completed the payout. */
  endSubmission(now: Moment): void {
    this.change(now, submissionEnded(now));
  }

  /** Records what the bank has said against the payout without proving it, or that the bank has taken it back. */
  doubt(doubt: Partial<Doubt>, now: Moment): void {
    this.change(now, doubt);
  }

  /** Takes a payout that has ended out of the lists. */
  archive(cause: Cause): void {
    assert(!isOpen(this.current.status), 'a payout whose money is held stays in sight');
    this.change(cause.now, { archivedAt: cause.now.orderTime });
    this.record('payout.archived', this.current.status, cause);
  }

  /**
   * The bank's answer contradicts the end that the payout already has, or the bank has another transfer under its
   * reference. No money moves; a person must look.
   */
  contradict(answer: Readonly<Record<string, unknown>>, cause: Cause): void {
    assert(this.current.status !== 'pending', 'of what no bank has, none can say anything');
    this.raise('bankDisagrees', 'payout.bank_disagreed', { ...cause, data: answer });
  }

  /** Records the bank's answer: in the first new event, which the answer has caused, or as an event of its own. */
  recordAnswer(answer: AnswerRecord, cause: Cause): void {
    this.current = { ...this.current, answers: withLast(this.current.answers, answer) };
    if (attachAnswer(this.newEvents, answer)) return;
    this.record('payout.bank_answered', this.current.status, { ...cause, data: { answer } });
  }

  /** An inquiry has found nothing new: it is only counted, and nothing that lists show changes. */
  countUnchanged(now: Moment): void {
    this.current = withUnchangedInquiry(this.current, now);
  }

  /** Plans the next step of a payout that the bank has not decided yet. An inquiry does not end a wait. */
  plan(plan: SubmissionPlan, now: Moment): void {
    assert(this.current.status === 'processing', 'only a processing payout is planned for');
    this.change(now, plan);
  }

  /** The payout is not what was requested, or nobody can tell: it is not sent, and a person must look. */
  holdBack(why: string, cause: Cause): void {
    this.change(cause.now, { nextAttemptAt: heldBackUntil(cause.now), ...NOT_WAITING });
    this.raiseAttention(why, cause);
  }

  raiseAttention(why: string, cause: Cause): void {
    this.raise('needsAttention', 'payout.needs_attention', { ...cause, reason: why });
  }

  /** Sets the flag and adds a timeline entry, unless the flag is already set. */
  private raise(flag: 'bankDisagrees' | 'needsAttention', type: string, cause: Cause): void {
    if (this.current[flag]) return;
    this.change(cause.now, { [flag]: true });
    this.record(type, this.current.status, cause);
  }

  private move(to: PayoutStatus, cause: Cause, change: Partial<PayoutState> = {}): void {
    const from = this.current.status;
    assertTransition(kindOfActor(cause.actor), from, to);
    this.change(cause.now, { ...(isOpen(to) ? {} : NOTHING_DUE), ...change, status: to });
    this.record(`payout.${to}`, from, cause);
  }

  private change(now: Moment, change: Partial<PayoutState>): void {
    this.current = changed(this.current, change, now);
  }

  private record(type: string, from: PayoutStatus | null, cause: Cause): void {
    this.current = withEntry(this.current, this.newEvents, type, from, cause);
  }
}
