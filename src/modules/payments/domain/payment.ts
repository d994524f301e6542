import { assert } from '../../../shared/assert.js';
import { NO_ANSWERS, unchangedSoFar, withLast } from '../../../shared/submissions/answer-tally.js';
import type { AnswerRecord } from '../../../shared/submissions/gateway-answer.js';
import type { Moment } from '../../../shared/moment.js';
import { Order } from '../../../shared/submissions/order.js';
import { assertDueWhileOpen, NOTHING_DUE, submitted } from '../../../shared/submissions/submission.js';
import { attachAnswer, type Cause, withEntry } from '../../../shared/submissions/timeline.js';
import { added, type Credit, refundOf, type RefundTotals } from './credit.js';
import { assertPaymentTransition, InvalidPaymentTransition, isCaptured, isOpenPayment } from './payment-status.js';
import type { PaymentStatus } from './payment-status.js';
import type { PaymentEvent, PaymentState } from './payment-state.js';
import { type ProviderPlan, unknownToProvider } from './provider-state.js';
import { RefundExceedsPayment } from './refusals.js';
import type { ProviderOrder } from './settlement.js';
import { NOT_ACCEPTED_BY_PROVIDER, type PaymentFailure } from '../../gateways/gateways.language.js';

type Requested = Pick<
  PaymentState,
  'id' | 'merchantId' | 'amountMinor' | 'currency' | 'description' | 'customer' | 'purposeCode' | 'referenceId'
>;

/**
 * Money in, from the merchant's request to its last refund. Changed only by the verbs below; each writes the timeline.
 */
export class Payment extends Order<PaymentState> implements ProviderOrder {
  /** What has happened since the payment was made or restored; stored together with it. */
  readonly newEvents: PaymentEvent[] = [];
  readonly notAccepted = NOT_ACCEPTED_BY_PROVIDER;
  protected readonly kind = 'payment';

  /** @param firstStepAt when the sweep has it charged if its job was lost */
  static request(requested: Requested, cause: Cause, firstStepAt: Date): Payment {
    const nothing = { minor: 0n, paise: 0n };
    const payment = new Payment({
      ...requested,
      ...unknownToProvider(cause.now, firstStepAt),
      ...{ status: 'created', gateway: null, credit: null, quoteId: null, events: 0, timelineHash: null },
      ...{ claimed: { ...nothing, feePaise: 0n, taxPaise: 0n }, refunded: nothing },
    });
    payment.record('payment.created', null, cause);
    return payment;
  }

  static restore(state: PaymentState): Payment {
    const { status, credit, providerId, claimed, refunded, failure } = state;
    assertDueWhileOpen(state, isOpenPayment(status));
    assert(!isCaptured(status) || (credit !== null && providerId !== null), 'what was captured is known');
    assert((status === 'failed') === (failure !== null), 'a payment that failed, and no other, says why');
    assert(refunded.minor <= claimed.minor && claimed.minor <= state.amountMinor, 'refunds stay within the captured');
    return new Payment(state);
  }

  get end(): 'done' | 'failed' | null {
    const { status } = this.current;
    if (isOpenPayment(status)) return null;
    return status === 'failed' ? 'failed' : 'done';
  }

  /** Committed before the provider is called: whatever happens then, the promised credit and the provider are known. */
  submit(gateway: string, promised: { credit: Credit; quoteId: string | null }, leaseEndsAt: Date, cause: Cause): void {
    const { gateway: earlier, status, answers } = this.current;
    assert(earlier === null || earlier === gateway, 'a payment never goes to a second provider');
    const change = { ...submitted(this.current, leaseEndsAt, cause.now), gateway, answers: NO_ANSWERS, ...promised };
    const asked = { gateway, attempt: change.attempts, rate: promised.credit.rate };
    const described = { ...cause, data: { ...asked, ...unchangedSoFar(answers) } };
    if (status === 'created') return this.move('processing', described, change);
    this.change(cause.now, change);
    this.record('payment.processing', status, described);
  }

  /** The payment cannot be charged at the quoted rate. No provider was asked to charge it. */
  turnDown(
    { gateway, rate }: { readonly gateway: string; readonly rate: string },
    failure: PaymentFailure,
    cause: Cause,
  ): void {
    assert(this.current.attempts === 0, 'what was submitted may have been charged');
    this.move('processing', { ...cause, data: { gateway, rate } });
    this.fail(failure, { ...cause, reason: failure.reason });
  }

  succeed(providerId: string, cause: Cause): void {
    assert(this.current.credit !== null, 'nothing is charged before it is known what it is worth');
    const { data } = cause;
    this.move(
      'succeeded',
      { ...cause, data: { ...data, provider_id: providerId } },
      { providerId, needsAttention: false },
    );
  }

  fail(failure: PaymentFailure, cause: Cause): void {
    const change = { failure, needsAttention: false, failedAt: cause.now.clockTime };
    this.move('failed', { ...cause, data: { ...cause.data, failure } }, change);
  }

  /**
   * Sets money aside for a refund.
   * @param amountMinor null: all that is left
   * @throws InvalidPaymentTransition unless the payment is captured and not refunded; RefundExceedsPayment
   */
  claim(amountMinor: bigint | null, returnsFee: boolean, now: Moment): RefundTotals {
    const { status, claimed, credit } = this.current;
    if (status !== 'succeeded' && status !== 'partially_refunded')
      throw new InvalidPaymentTransition(status, 'refunded');
    const left = this.current.amountMinor - claimed.minor;
    const asked = amountMinor ?? left;
    if (asked > left || asked === 0n) throw new RefundExceedsPayment(left);
    const refund = refundOf({ ...this.current, credit: credit! }, claimed, asked, returnsFee);
    this.change(now, { claimed: added(claimed, refund) });
    return refund;
  }

  /** A refund has succeeded. */
  giveBack(refund: Pick<RefundTotals, 'minor' | 'paise'>, cause: Cause): void {
    const { refunded, amountMinor } = this.current;
    const total = { minor: refunded.minor + refund.minor, paise: refunded.paise + refund.paise };
    this.move(total.minor === amountMinor ? 'refunded' : 'partially_refunded', cause, { refunded: total });
  }

  /** A refund has failed for good. */
  unclaim({ minor, paise, feePaise, taxPaise }: RefundTotals, now: Moment): void {
    const less = { minor: -minor, paise: -paise, feePaise: -feePaise, taxPaise: -taxPaise };
    this.change(now, { claimed: added(this.current.claimed, less) });
  }

  /**
   * The provider's answer contradicts the end that the payment already has, or the provider has another order under its
   * reference. No money moves; a person must look.
   */
  contradict(answer: Readonly<Record<string, unknown>>, cause: Cause): void {
    assert(this.current.attempts > 0, 'of what no provider has, none can say anything');
    if (this.current.gatewayDisagrees) return;
    this.change(cause.now, { gatewayDisagrees: true });
    this.note('payment.gateway_disagreed', { ...cause, data: answer });
  }

  /** Records the provider's answer: in the first new event, which the answer has caused, or as an event of its own. */
  recordAnswer(answer: AnswerRecord, cause: Cause): void {
    this.current = { ...this.current, answers: withLast(this.current.answers, answer) };
    this.noteAnswer('payment.gateway_answered', answer, cause);
  }

  /** Plans the next step of a payment that has not ended. */
  plan(plan: ProviderPlan, now: Moment): void {
    assert(isOpenPayment(this.current.status), 'only an open payment is planned for');
    this.change(now, plan);
  }

  /** Records an answer about the payment, or about one of its refunds. */
  noteAnswer(type: string, answer: AnswerRecord, cause: Cause): void {
    if (!attachAnswer(this.newEvents, answer)) this.note(type, { ...cause, data: { ...cause.data, answer } });
  }

  /** Records an event of the payment, or of one of its refunds, that does not change the status. */
  note(type: string, cause: Cause): void {
    this.record(type, this.current.status, cause);
  }

  private move(to: PaymentStatus, cause: Cause, change: Partial<PaymentState> = {}): void {
    const from = this.current.status;
    assertPaymentTransition(from, to);
    const due = isOpenPayment(to) ? {} : NOTHING_DUE;
    this.change(cause.now, { ...due, ...change, status: to });
    this.record(`payment.${to}`, from, cause);
  }

  private record(type: string, from: PaymentStatus | null, cause: Cause): void {
    this.current = withEntry(this.current, this.newEvents, type, from, cause);
  }
}
