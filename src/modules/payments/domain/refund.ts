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
  assertDueWhileOpen,
  heldBackUntil,
  NOTHING_DUE,
  submitted,
} from '../../../shared/submissions/submission.js';
import type { Cause } from '../../../shared/submissions/timeline.js';
import { beginsToWait, NOT_WAITING, type WaitingFor } from '../../../shared/submissions/waiting.js';
import type { Payment } from './payment.js';
import type { RefundState } from './payment-state.js';
import { type ProviderPlan, unknownToProvider } from './provider-state.js';
import type { ProviderOrder } from './settlement.js';
import { NOT_ACCEPTED_BY_PROVIDER, type PaymentFailure } from '../../gateways/gateways.language.js';

/** A request for a refund. */
export interface RefundRequest {
  readonly id: string;
  /** Null: all that is left. */
  readonly amountMinor: bigint | null;
  /** Whether the merchant gets the refund's share of fee and tax back. */
  readonly returnsFee: boolean;
}

/** Money of a payment that goes back to the payer. It writes the payment's timeline, and is stored together with it. */
export class Refund implements ProviderOrder {
  readonly notAccepted = NOT_ACCEPTED_BY_PROVIDER;

  private constructor(
    private current: RefundState,
    readonly payment: Payment,
  ) {}

  /**
   * @param firstStepAt when the sweep submits it if its job was lost
   * @throws InvalidPaymentTransition, RefundExceedsPayment
   */
  static request(payment: Payment, request: RefundRequest, cause: Cause, firstStepAt: Date): Refund {
    const { minor, paise, feePaise, taxPaise } = payment.claim(request.amountMinor, request.returnsFee, cause.now);
    const { id: paymentId, merchantId } = payment.state;
    const amounts = { amountMinor: minor, amountPaise: paise, feePaise, taxPaise };
    const unsent = unknownToProvider(cause.now, firstStepAt);
    const refund = new Refund(
      { id: request.id, merchantId, paymentId, ...amounts, ...unsent, status: 'pending' },
      payment,
    );
    refund.note('requested', cause, { amount: Number(minor), amount_paise: Number(paise) });
    return refund;
  }

  static restore(state: RefundState, payment: Payment): Refund {
    const { status, failure, providerId } = state;
    assertDueWhileOpen(state, status === 'pending');
    assert((status === 'failed') === (failure !== null), 'a refund that failed, and no other, says why');
    assert(status !== 'succeeded' || providerId !== null, 'what was refunded is known');
    return new Refund(state, payment);
  }

  get state(): RefundState {
    return this.current;
  }

  get newEvents(): Payment['newEvents'] {
    return this.payment.newEvents;
  }

  get end(): 'done' | 'failed' | null {
    const { status } = this.current;
    if (status === 'pending') return null;
    return status === 'failed' ? 'failed' : 'done';
  }

  /** The refund is due for submission, but cannot be submitted now. @param at the providers that would take it */
  waitFor(what: WaitingFor, cause: Cause, at: readonly string[] = []): void {
    const begun = beginsToWait(this.current, what, at, cause);
    if (begun === null) return;
    this.change(cause.now, begun.change);
    if (begun.entry !== null) this.note('waiting', begun.entry, begun.entry.data);
  }

  /** Committed before the provider is called. */
  submit(leaseEndsAt: Date, cause: Cause): void {
    const { answers } = this.current;
    const change = { ...submitted(this.current, leaseEndsAt, cause.now), answers: NO_ANSWERS };
    this.change(cause.now, change);
    this.note('processing', cause, { attempt: change.attempts, ...unchangedSoFar(answers) });
  }

  succeed(providerId: string, cause: Cause): void {
    this.finish(cause.now, { status: 'succeeded', providerId });
    this.note('succeeded', cause, { provider_id: providerId });
    const { amountMinor: minor, amountPaise: paise, id } = this.current;
    this.payment.giveBack({ minor, paise }, { ...cause, data: { refund_id: id } });
  }

  fail(failure: PaymentFailure, cause: Cause): void {
    this.finish(cause.now, { status: 'failed', failure, failedAt: cause.now.clockTime });
    const { amountMinor: minor, amountPaise: paise, feePaise, taxPaise } = this.current;
    this.payment.unclaim({ minor, paise, feePaise, taxPaise }, cause.now);
    this.note('failed', cause, { ...cause.data, failure });
  }

  contradict(answer: Readonly<Record<string, unknown>>, cause: Cause): void {
    assert(this.current.attempts > 0, 'of what no provider has, none can say anything');
    this.raise('gatewayDisagrees', 'gateway_disagreed', cause, answer);
  }

  recordAnswer(answer: AnswerRecord, cause: Cause): void {
    const { id, answers } = this.current;
    this.current = { ...this.current, answers: withLast(answers, answer), revision: this.current.revision + 1 };
    this.payment.noteAnswer('refund.gateway_answered', answer, { ...cause, data: { refund_id: id } });
  }

  countUnchanged(now: Moment): void {
    this.current = withUnchangedInquiry(this.current, now);
  }

  plan(plan: ProviderPlan, now: Moment): void {
    assert(this.current.status === 'pending', 'only an open refund is planned for');
    this.change(now, plan);
  }

  /** The refund is not what was requested, or nobody can tell: it is not sent, and a person must look. */
  holdBack(why: string, cause: Cause): void {
    this.change(cause.now, { nextAttemptAt: heldBackUntil(cause.now), ...NOT_WAITING });
    this.raiseAttention(why, cause);
  }

  raiseAttention(why: string, cause: Cause): void {
    this.raise('needsAttention', 'needs_attention', { ...cause, reason: why });
  }

  /** Sets the flag and adds a timeline entry, unless the flag is already set. */
  private raise(flag: 'gatewayDisagrees' | 'needsAttention', what: string, cause: Cause, data = {}): void {
    if (this.current[flag]) return;
    this.change(cause.now, { [flag]: true });
    this.note(what, cause, data);
  }

  private finish(now: Moment, change: Partial<RefundState>): void {
    assert(this.current.status === 'pending', 'a refund ends once');
    this.change(now, { ...NOTHING_DUE, needsAttention: false, ...change });
  }

  private change(now: Moment, change: Partial<RefundState>): void {
    this.current = changed(this.current, change, now);
  }

  private note(what: string, cause: Cause, data: Readonly<Record<string, unknown>> = {}): void {
    this.payment.note(`refund.${what}`, { ...cause, data: { refund_id: this.current.id, ...data } });
  }
}
