import { assert } from '../../../shared/assert.js';
import { NO_ANSWERS, unchangedSoFar, withLast } from '../../../shared/submissions/answer-tally.js';
import type { AnswerRecord } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import { Order } from '../../../shared/submissions/order.js';
import {
  NOTHING_DUE,
  type Submission,
  submissionEnded,
  type SubmissionPlan,
  submitted,
} from '../../../shared/submissions/submission.js';
import { attachAnswer, type Cause, withData, withEntry } from '../../../shared/submissions/timeline.js';
import { NOT_WAITING } from '../../../shared/submissions/waiting.js';
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
export class Payout extends Order<PayoutState> implements Submission {
  /** What has happened since the payout was made or restored; stored together with it. */
  readonly newEvents: PayoutEvent[] = [];
  readonly notAccepted = NOT_ACCEPTED_BY_BANK;
  protected readonly kind = 'payout';

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

  cancel(cause: Cause): void {
    this.move('cancelled', cause);
  }

  /** An operator sends a pending payout off now. */
  sendOff(cause: Cause): void {
    this.move('processing', cause, { nextStep: 'submit', nextAttemptAt: cause.now.clockTime, ...NOT_WAITING });
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
    this.note('payout.archived', cause);
  }

  /**
   * The bank's answer contradicts the end that the payout already has, or the bank has another transfer under its
   * reference. No money moves; a person must look.
   */
  contradict(answer: Readonly<Record<string, unknown>>, cause: Cause): void {
    assert(this.current.status !== 'pending', 'of what no bank has, none can say anything');
    if (this.current.bankDisagrees) return;
    this.change(cause.now, { bankDisagrees: true });
    this.note('payout.bank_disagreed', { ...cause, data: answer });
  }

  /** Records the bank's answer: in the first new event, which the answer has caused, or as an event of its own. */
  recordAnswer(answer: AnswerRecord, cause: Cause): void {
    this.current = { ...this.current, answers: withLast(this.current.answers, answer) };
    if (!attachAnswer(this.newEvents, answer)) this.note('payout.bank_answered', { ...cause, data: { answer } });
  }

  /** Plans the next step of a payout that the bank has not decided yet. An inquiry does not end a wait. */
  plan(plan: SubmissionPlan, now: Moment): void {
    assert(this.current.status === 'processing', 'only a processing payout is planned for');
    this.change(now, plan);
  }

  protected note(type: string, cause: Cause): void {
    this.record(type, this.current.status, cause);
  }

  private move(to: PayoutStatus, cause: Cause, change: Partial<PayoutState> = {}): void {
    const from = this.current.status;
    assertTransition(kindOfActor(cause.actor), from, to);
    this.change(cause.now, { ...(isOpen(to) ? {} : NOTHING_DUE), ...change, status: to });
    this.record(`payout.${to}`, from, cause);
  }

  private record(type: string, from: PayoutStatus | null, cause: Cause): void {
    this.current = withEntry(this.current, this.newEvents, type, from, cause);
  }
}
