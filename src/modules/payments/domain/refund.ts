import { assert } from '../../../shared/assert.js';
import { NO_ANSWERS, unchangedSoFar, withLast } from '../../../shared/submissions/answer-tally.js';
import type { AnswerRecord } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import { Order } from '../../../shared/submissions/order.js';
import { assertDueWhileOpen, NOTHING_DUE, submitted } from '../../../shared/submissions/submission.js';
import { type Cause, withData } from '../../../shared/submissions/timeline.js';
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
export class Refund extends Order<RefundState> implements ProviderOrder {
  readonly notAccepted = NOT_ACCEPTED_BY_PROVIDER;
  protected readonly kind = 'refund';

  private constructor(
    state: RefundState,
    readonly payment: Payment,
  ) {
    super(state);
  }

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
    refund.note('refund.requested', { ...cause, data: { amount: Number(minor), amount_paise: Number(paise) } });
    return refund;
  }

  static restore(state: RefundState, payment: Payment): Refund {
    const { status, failure, providerId } = state;
    assertDueWhileOpen(state, status === 'pending');
    assert((status === 'failed') === (failure !== null), 'a refund that failed, and no other, says why');
    assert(status !== 'succeeded' || providerId !== null, 'what was refunded is known');
    return new Refund(state, payment);
  }

  get newEvents(): Payment['newEvents'] {
    return this.payment.newEvents;
  }

  get end(): 'done' | 'failed' | null {
    const { status } = this.current;
    if (status === 'pending') return null;
    return status === 'failed' ? 'failed' : 'done';
  }

  /** Committed before the provider is called. */
  submit(leaseEndsAt: Date, cause: Cause): void {
    const { answers } = this.current;
    const change = { ...submitted(this.current, leaseEndsAt, cause.now), answers: NO_ANSWERS };
    this.change(cause.now, change);
    this.note('refund.processing', { ...cause, data: { attempt: change.attempts, ...unchangedSoFar(answers) } });
  }

  succeed(providerId: string, cause: Cause): void {
    this.finish(cause.now, { status: 'succeeded', providerId });
    this.note('refund.succeeded', { ...cause, data: { provider_id: providerId } });
    const { amountMinor: minor, amountPaise: paise, id } = this.current;
    this.payment.giveBack({ minor, paise }, { ...cause, data: { refund_id: id } });
  }

  fail(failure: PaymentFailure, cause: Cause): void {
    this.finish(cause.now, { status: 'failed', failure, failedAt: cause.now.clockTime });
    const { amountMinor: minor, amountPaise: paise, feePaise, taxPaise } = this.current;
    this.payment.unclaim({ minor, paise, feePaise, taxPaise }, cause.now);
    this.note('refund.failed', withData(cause, { failure }));
  }

  contradict(answer: Readonly<Record<string, unknown>>, cause: Cause): void {
    assert(this.current.attempts > 0, 'of what no provider has, none can say anything');
    if (this.current.gatewayDisagrees) return;
    this.change(cause.now, { gatewayDisagrees: true });
    this.note('refund.gateway_disagreed', { ...cause, data: answer });
  }

  recordAnswer(answer: AnswerRecord, cause: Cause): void {
    const { id, answers } = this.current;
    this.current = { ...this.current, answers: withLast(answers, answer), revision: this.current.revision + 1 };
    this.payment.noteAnswer('refund.gateway_answered', answer, { ...cause, data: { refund_id: id } });
  }

  plan(plan: ProviderPlan, now: Moment): void {
    assert(this.current.status === 'pending', 'only an open refund is planned for');
    this.change(now, plan);
  }

  private finish(now: Moment, change: Partial<RefundState>): void {
    assert(this.current.status === 'pending', 'a refund ends once');
    this.change(now, { ...NOTHING_DUE, needsAttention: false, ...change });
  }

  protected note(type: string, cause: Cause): void {
    this.payment.note(type, { ...cause, data: { refund_id: this.current.id, ...cause.data } });
  }
}
