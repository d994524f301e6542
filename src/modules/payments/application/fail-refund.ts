import { Injectable } from '@nestjs/common';
import { comesFirst } from '../../../shared/submissions/end-by-hand.js';
import { PaymentGateways, Settlements } from '../../gateways/gateways.public.js';
import { failureByHand } from '../domain/end-by-hand.js';
import type { ListedRefund } from '../domain/payment-reader.js';
import { allowedRefundStatuses } from '../domain/payment-state.js';
import type { Refund } from '../domain/refund.js';
import {
  GatewayHasIt,
  InvalidRefundTransition,
  ProviderOutcomeUnknown,
  RefundNotAsRequested,
} from '../domain/refusals.js';
import { holdOf, refuseToEnd } from './as-requested.js';
import { ChangeRefund, type RefundKey } from './change-refund.js';
import type { EndedByHand } from './fail-payment.js';
import { inquireAbout } from './provider-calls.js';
import { SettleRefund } from './settle-refund.js';

/**
 * An operator ends a refund as failed, which releases what it holds; otherwise like `FailPayment`. A refund that is not
 * what was requested and held for stays as it is, but needs attention; this is committed before the refusal.
 */
@Injectable()
export class FailRefund {
  constructor(
    private readonly refunds: ChangeRefund,
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettleRefund,
    private readonly settlements: Settlements,
  ) {}

  /**
   * @throws RefundNotFound, InvalidRefundTransition, GatewayHasIt, ProviderOutcomeUnknown, RefundNotAsRequested,
   * Overloaded
   */
  async execute(key: RefundKey, { actor, reason, origin }: EndedByHand): Promise<ListedRefund> {
    const { refund: seen, payment } = await this.refunds.execute(key, assertMayBeEnded);
    const inquiry = seen.attempts === 0 ? null : await inquireAbout(this.gateways, { payment, refund: seen }, origin);
    const answer = inquiry?.answer ?? null;
    // News that the operator does not know yet is settled first; then the request is refused.
    if (inquiry !== null && comesFirst(inquiry.answer, seen.gatewayDisagrees)) {
      await this.settlement.execute(key, inquiry.call, inquiry.answer, origin);
      throw inquiry.answer.kind === 'succeeded' ? new GatewayHasIt('succeeded') : new ProviderOutcomeUnknown();
    }
    const data = answer === null ? {} : { gateway_said: answer.kind };
    let isRefused = false;
    const { refund } = await this.refunds.execute(
      key,
      (order, now, book) => {
        assertMayBeEnded(order);
        // The answer is about the refund as it was then: any step or answer since then invalidates it.
        if (order.state.revision !== seen.revision) throw new ProviderOutcomeUnknown();
        const failure = failureByHand(order.state, answer, now);
        isRefused = refuseToEnd(book, order, now);
        if (!isRefused) order.fail(failure, { now, actor, reason, data });
      },
      { origin, reads: [holdOf(key.refundId)] },
    );
    if (isRefused) {
      this.settlements.alarm(`refund ${key.refundId} was not ended: it differs from what was requested`, origin);
      throw new RefundNotAsRequested();
    }
    return { ...refund, currency: payment.currency };
  }
}

function assertMayBeEnded({ state: { status } }: Refund): void {
  if (!allowedRefundStatuses('operator', status).includes('failed')) throw new InvalidRefundTransition(status);
}
