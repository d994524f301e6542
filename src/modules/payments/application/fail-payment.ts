import { Injectable } from '@nestjs/common';
import { comesFirst } from '../../../shared/submissions/end-by-hand.js';
import type { Origin } from '../../../shared/origin.js';
import { PaymentGateways } from '../../gateways/gateways.public.js';
import { failureByHand } from '../domain/end-by-hand.js';
import type { PaymentState } from '../domain/payment-state.js';
import { assertMayBeEnded } from '../domain/payment-status.js';
import { GatewayHasIt, ProviderOutcomeUnknown } from '../domain/refusals.js';
import { ChangePayment, type PaymentKey } from './change-payment.js';
import { inquireAbout } from './provider-calls.js';
import { SettlePayment } from './settle-payment.js';

/** Who ends an order by hand, and why; the timeline keeps both. */
export interface EndedByHand {
  readonly actor: string;
  readonly reason: string;
  readonly origin: Origin;
}

/**
 * An operator ends a payment as failed. The provider is asked first, outside any transaction, and its answer is judged
 * again under the lock, against the payment as it is then. A crash before the last commit: nothing has happened, except
 * that a success which the provider reported may have been settled.
 */
@Injectable()
export class FailPayment {
  constructor(
    private readonly payments: ChangePayment,
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettlePayment,
  ) {}

  /** @throws PaymentNotFound, InvalidPaymentTransition, GatewayHasIt, ProviderOutcomeUnknown, Overloaded */
  async execute(key: PaymentKey, { actor, reason, origin }: EndedByHand): Promise<PaymentState> {
    const seen = await this.payments.execute(key, ({ state }) => assertMayBeEnded(state.status));
    const about = { payment: seen, refund: null };
    const inquiry = seen.gateway === null ? null : await inquireAbout(this.gateways, about, origin);
    const answer = inquiry?.answer ?? null;
    // News that the operator does not know yet is settled first; then the request is refused.
    if (inquiry !== null && comesFirst(inquiry.answer, seen.gatewayDisagrees)) {
      await this.settlement.execute(key, inquiry.call, inquiry.answer, origin);
      throw inquiry.answer.kind === 'succeeded' ? new GatewayHasIt('succeeded') : new ProviderOutcomeUnknown();
    }
    const data = answer === null ? {} : { gateway_said: answer.kind };
    return this.payments.execute(
      key,
      (payment, now) => {
        const { state } = payment;
        assertMayBeEnded(state.status);
        // The answer is about the payment as it was then: any step or answer since then invalidates it.
        if (state.revision !== seen.revision) throw new ProviderOutcomeUnknown();
        payment.fail(failureByHand(state, answer, now), { now, actor, reason, data });
      },
      { origin },
    );
  }
}
