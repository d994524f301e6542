import { assert } from '../../../shared/assert.js';
import type { Outstanding, RecoveryPlan } from '../../../shared/recovery.js';
import type { Payment } from './payment.js';
import type { AnswerRecord, RefundState } from './payment-state.js';
import { begun, type Cause } from './progress.js';
import { NOT_ACCEPTED_BY_PROVIDER, type PaymentFailure } from '../../gateways/gateways.language.js';

/** How to ask for a refund. */
export interface RefundRequest {
  readonly id: string;
  /** Null: all that is left. */
  readonly amountMinor: bigint | null;
  /** Whether the merchant gets the refund's share of fee and tax back. */
  readonly returnsFee: boolean;
}

/** Money of a payment that goes back to the payer. It writes the payment's timeline, and is kept together with it. */
export class Refund implements Outstanding {
  private constructor(
    private current: RefundState,
    readonly payment: Payment,
  ) {}

  /**
   * @param firstStepAt when it is submitted even if its job was lost
   * @throws InvalidPaymentTransition, RefundExceedsPayment
   */
  static request(payment: Payment, request: RefundRequest, cause: Cause, firstStepAt: Date): Refund {
    const { minor, paise, feePaise, taxPaise } = payment.claim(request.amountMinor, request.returnsFee, cause.now);
    const { id: paymentId, merchantId } = payment.state;
    const its = { id: request.id, merchantId, paymentId, amountMinor: minor, amountPaise: paise, feePaise, taxPaise };
    const refund = new Refund({ ...its, ...begun(cause.now, firstStepAt), status: 'pending' }, payment);
    refund.note('requested', cause, { amount: Number(minor), amount_paise: Number(paise) });
    return refund;
  }

  static restore(state: RefundState, payment: Payment): Refund {
    const { status, nextAttemptAt, nextStep, failure, providerId } = state;
    assert((status === 'pending') === (nextAttemptAt !== null), 'every open refund is due some time, no other is');
    assert((nextStep === null) === (nextAttemptAt === null), 'what is due, and when, go together');
    assert((status === 'failed') === (failure !== null), 'a refund that failed, and no other, says why');
    assert(status !== 'succeeded' || providerId !== null, 'what was refunded is known');
    return new Refund(state, payment);
  }

  get state(): RefundState {
    return this.current;
  }

  /** Committed before the provider is called. */
  submit(leaseEndsAt: Date, cause: Cause): void {
    assert(this.current.nextStep === 'submit', 'only a refund that is due for it is submitted');
    const attempts = this.current.attempts + 1;
    this.change(cause.now, {
      ...{ attempts, nextStep: 'inquire', nextAttemptAt: leaseEndsAt, submissionEndsAt: leaseEndsAt },
      ...{ notFoundAt: null, inquiries: 0, needsAttention: false },
    });
    this.note('processing', cause, { attempt: attempts });
  }

  succeed(providerId: string, cause: Cause): void {
    this.end(cause.now, { status: 'succeeded', providerId });
    this.note('succeeded', cause, { provider_id: providerId });
    const { amountMinor: minor, amountPaise: paise, id } = this.current;
    this.payment.giveBack({ minor, paise }, { ...cause, data: { refund_id: id } });
  }

  fail(failure: PaymentFailure, cause: Cause): void {
    this.end(cause.now, { status: 'failed', failure });
    const { amountMinor: minor, amountPaise: paise, feePaise, taxPaise } = this.current;
    this.payment.unclaim({ minor, paise, feePaise, taxPaise }, cause.now);
    this.note('failed', cause, { failure });
  }

  contradict(answer: Readonly<Record<string, unknown>>, cause: Cause): void {
    assert(this.current.status !== 'pending', 'only an end can be contradicted');
    if (this.current.gatewayDisagrees) return;
    this.change(cause.now, { gatewayDisagrees: true });
    this.note('gateway_disagreed', cause, answer);
  }

  recordAnswer(answer: AnswerRecord, event: number, cause: Cause): void {
    const data = { refund_id: this.current.id };
    this.payment.recordAnswer(answer, event, { ...cause, data }, 'refund.gateway_answered');
  }

  plan(plan: Partial<RecoveryPlan>, now: Date): void {
    assert(this.current.status === 'pending', 'only an open refund is planned for');
    this.change(now, plan);
  }

  notAccepted(now: Date): void {
    this.fail(NOT_ACCEPTED_BY_PROVIDER, { now, actor: 'system', reason: NOT_ACCEPTED_BY_PROVIDER.reason });
  }

  raiseAttention(why: string, cause: Cause): void {
    if (this.current.needsAttention) return;
    this.change(cause.now, { needsAttention: true });
    this.note('needs_attention', { ...cause, reason: why });
  }

  private end(now: Date, change: Partial<RefundState>): void {
    assert(this.current.status === 'pending', 'a refund ends once');
    this.change(now, { nextStep: null, nextAttemptAt: null, needsAttention: false, ...change });
  }

  private change(now: Date, change: Partial<RefundState>): void {
    this.current = { ...this.current, ...change, updatedAt: now };
  }

  private note(what: string, cause: Cause, data: Readonly<Record<string, unknown>> = {}): void {
    this.payment.note(`refund.${what}`, { ...cause, data: { refund_id: this.current.id, ...data } });
  }
}
