import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import type { Origin } from '../../../shared/origin.js';
import { Config } from '../../../platform/config/config.public.js';
import { PaymentGateways, paymentFailureOf } from '../../gateways/gateways.public.js';
import { Payment } from '../domain/payment.js';
import { PaymentReader } from '../domain/payment-reader.js';
import type { PaymentState } from '../domain/payment-state.js';
import { isOpenPayment } from '../domain/payment-status.js';
import { ChangeOrder, type OrderKey } from './change-order.js';
import { type ChargeOffer, ChargeOffers } from './charge-offers.js';
import { chargeOf, inquireAbout } from './provider-calls.js';
import { SettleOrder } from './settle-order.js';

/**
 * Takes one open payment one step further: charges the payer, or asks the provider what became of the charge.
 *
 * 1. Of a payment from abroad the provider's rate is asked for. Nothing is charged by that; a crash after it costs a rate.
 * 2. The step is claimed under the book's lock and committed, with what the merchant will be credited with: who comes
 *    second, or too early, finds nothing to do. What the rate makes too much, or too little, ends here, uncharged.
 *    A crash after it: the lease runs out, and the provider is asked before anything else.
 * 3. The provider is called, outside any transaction. A crash during or after it: as above.
 * 4. The answer is settled in one commit. A crash before it: as above; the inquiry finds the same answer again.
 */
@Injectable()
export class ProcessPayment {
  constructor(
    private readonly orders: ChangeOrder,
    private readonly settlement: SettleOrder,
    private readonly offers: ChargeOffers,
    private readonly gateways: PaymentGateways,
    private readonly payments: PaymentReader,
    private readonly config: Config,
  ) {}

  /** @throws PaymentNotFound, Overloaded */
  async execute(merchantId: string, paymentId: string, origin: Origin | null = null): Promise<void> {
    const key = { merchantId, paymentId, refundId: null };
    const seen = await this.payments.find(merchantId, paymentId);
    if (seen === null || !isOpenPayment(seen.status)) return;
    const offer = seen.nextStep === 'submit' ? await this.offers.offerFor(seen, origin) : null;
    if (offer === 'waits') return;
    if (offer === 'no_rate') return this.postpone(key, origin);
    const claimedAt = performance.now();
    const { state, step } = await this.claim(key, offer, origin);
    if (step === null || !this.config.fitsIntoLease(claimedAt)) return;
    const [gateway, askedAt] = [state.gateway!, new Date()];
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const answer = await (step === 'submit'
      ? this.gateways.charge(gateway, chargeOf(state), origin)
      : inquireAbout(this.gateways, state, null, origin));
    await this.settlement.execute(key, { kind, gateway, attempt: state.attempts, askedAt }, answer, origin);
  }

  /** No rate is to be had. Nothing was charged. */
  private async postpone(key: OrderKey, origin: Origin | null): Promise<void> {
    const later = (now: Date): Date => new Date(now.getTime() + this.config.payoutProcessingTimeoutSeconds * 1000);
    const plan = (payment: object, now: Date): void => {
      assert(payment instanceof Payment, 'the key names a payment');
      if (payment.state.nextStep === 'submit') payment.plan({ nextAttemptAt: later(now) }, now);
    };
    await this.orders.execute(key, plan, origin);
  }

  private async claim(key: OrderKey, offer: ChargeOffer | null, origin: Origin | null) {
    let step: PaymentState['nextStep'] = null;
    const claim = (payment: object, now: Date): void => {
      assert(payment instanceof Payment, 'the key names a payment');
      const { status, nextStep, nextAttemptAt, gateway } = payment.state;
      // A new payment is charged as soon as a worker has it; its date only says when the sweep comes for it.
      const due = status === 'created' || (nextAttemptAt !== null && nextAttemptAt <= now);
      step = due ? nextStep : null;
      const leaseEndsAt = new Date(now.getTime() + this.config.payoutProcessingTimeoutSeconds * 1000);
      if (step === 'inquire') payment.plan({ nextAttemptAt: leaseEndsAt }, now);
      if (step !== 'submit') return;
      // Another worker may have gone to another provider since we looked.
      const isStale = offer === null || (gateway !== null && gateway !== offer.gateway);
      const mayGo = !isStale && this.offers.stillHolds(offer, key.paymentId);
      if (!mayGo || !this.submit(payment, offer, leaseEndsAt, now)) step = null;
    };
    const { payment: state } = await this.orders.execute(key, claim, origin);
    return { state, step: step as PaymentState['nextStep'] };
  }

  /** @returns false when it cannot be credited at this rate; then the payment has ended */
  private submit(payment: Payment, { gateway, quote }: ChargeOffer, leaseEndsAt: Date, now: Date): boolean {
    const cause = { now, actor: 'system' };
    const credit = payment.state.credit ?? this.offers.creditAt(quote, payment.state);
    if (typeof credit === 'string') payment.turnDown(gateway, quote.rate, paymentFailureOf(credit), cause);
    else payment.submit(gateway, { credit, quoteId: quote.id }, leaseEndsAt, cause);
    return typeof credit !== 'string';
  }
}
