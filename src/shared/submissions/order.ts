import { liveMsAt, type Moment } from '../moment.js';
import { type AnswerTally, withUnchangedInquiry } from './answer-tally.js';
import { heldBackUntil, type SubmissionPlan, type SubmissionState } from './submission.js';
import type { Cause } from './timeline.js';
import { beginsToWait, NOT_WAITING, type WaitingFor } from './waiting.js';

/** What the states of a payout, a payment and a refund have in common. */
export interface OrderState extends SubmissionState {
  readonly answers: AnswerTally;
  readonly updatedAt: Date;
  readonly revision: number;
}

/**
 * What happens to a payout, a payment and a refund in the same way: it waits, is held back, needs a person, or is
 * inquired about in vain. The classes that extend this one have their moves, and what an answer means for each.
 */
export abstract class Order<State extends OrderState> {
  /** Its timeline entries begin with it: `payout.waiting`. */
  protected abstract readonly kind: 'payout' | 'payment' | 'refund';

  protected constructor(protected current: State) {}

  get state(): State {
    return this.current;
  }

  /** The order is due for submission, but cannot be submitted now. @param at the gateways that would take it */
  waitFor(what: WaitingFor, cause: Cause, at: readonly string[] = []): void {
    const begun = beginsToWait(this.current, what, at, cause);
    if (begun === null) return;
    this.change(cause.now, begun.change);
    if (begun.entry !== null) this.note(`${this.kind}.waiting`, begun.entry);
  }

  /** The order is not what was requested, or nobody can tell: it is not sent, and a person must look. */
  holdBack(why: string, cause: Cause): void {
    this.change(cause.now, { nextAttemptAt: heldBackUntil(cause.now), ...NOT_WAITING });
    this.raiseAttention(why, cause);
  }

  /** A person must look. While the order needs attention, no further reason is recorded. */
  raiseAttention(why: string, cause: Cause): void {
    if (this.current.needsAttention) return;
    this.change(cause.now, { needsAttention: true });
    this.note(`${this.kind}.needs_attention`, { ...cause, reason: why });
  }

  /** An inquiry has found nothing new: it is only counted, and nothing that lists show changes. */
  countUnchanged(now: Moment): void {
    this.current = withUnchangedInquiry(this.current, now);
  }

  /** Each change gives the order a new date and revision, and a new plan counts by live time too. */
  protected change(now: Moment, change: Partial<State> | Partial<OrderState>): void {
    const revision = this.current.revision + 1;
    this.current = { ...this.current, ...change, ...inLiveTime(change, now), updatedAt: now.orderTime, revision };
  }

  /** Adds an entry that does not change the status to the timeline. */
  protected abstract note(type: string, cause: Cause): void;
}

/** When the next attempt is due by live time: as planned by the change, or unchanged if the plan is. */
function inLiveTime({ nextAttemptAt: at }: SubmissionPlan, now: Moment): Pick<SubmissionPlan, 'nextAttemptLiveMs'> {
  if (at === undefined) return {};
  return { nextAttemptLiveMs: at === null ? null : liveMsAt(at, now) };
}
