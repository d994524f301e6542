import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { dueStep, type NextStep } from '../../../shared/submission.js';
import { PaymentGateways, paymentFailureOf, Recovery, Settlements } from '../../gateways/gateways.public.js';
import type { Payment } from '../domain/payment.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { isOpenPayment } from '../domain/payment-status.js';
import { ChangePayment, type PaymentKey } from './change-payment.js';
import { type ChargeOffer, ChargeOffers } from './charge-offers.js';
import { chargeOf, inquireAboutPayment } from './provider-calls.js';
import { SettlePayment } from './settle-payment.js';

/**
 * Takes one open payment one step further: charges the payer, or asks the provider what became of the charge.
 *
 * 1. Of a payment from abroad the provider's rate is asked for. Nothing is charged by that; a crash after it costs a
 * rate. 2. The step is claimed under the book's lock and committed, with what the merchant will be credited with: who
 * comes
 *    second, or too early, finds nothing to do. What the rate makes too much, or too little, ends here, uncharged.
 *    A crash after it: the lease runs out, and the provider is asked before anything else.
 * 3. The provider is called, outside any transaction. A crash during or after it: as above.
 * 4. The answer is settled in one commit. A crash before it: as above; the inquiry finds the same answer again.
 */
@Injectable()
export class ProcessPayment {
  constructor(
    private readonly changes: ChangePayment,
    private readonly settlement: SettlePayment,
    private readonly offers: ChargeOffers,
    private readonly gateways: PaymentGateways,
    private readonly payments: PaymentReader,
    private readonly recovery: Recovery,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PaymentNotFound, Overloaded */
  async execute(key: PaymentKey, origin: Origin | null = null): Promise<void> {
    const seen = await this.payments.find(key.merchantId, key.paymentId);
    if (seen === null || !isOpenPayment(seen.status)) return;
    const offer = seen.nextStep === 'submit' ? await this.offers.offerFor(seen, origin) : null;
    if (offer === 'waits') return;
    if (offer === 'no_rate') return this.postpone(key, origin);
    const claimedAt = performance.now();
    const { state, step } = await this.claim(key, offer, origin);
    if (step === null || !this.recovery.fitsIntoLease(claimedAt)) return;
    const [gateway, askedAt] = [state.gateway!, new Date()];
    const answer = await (step === 'submit'
      ? this.gateways.charge(gateway, chargeOf(state), origin)
      : inquireAboutPayment(this.gateways, state, origin));
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const call = { kind, gateway, attempt: state.attempts, askedAt } as const;
    await this.settlements.retried(() => this.settlement.execute(key, call, answer, origin));
  }

  /** No rate is to be had. Nothing was charged. */
  private async postpone(key: PaymentKey, origin: Origin | null): Promise<void> {
    const plan = (payment: Payment, now: Date): void => {
      if (payment.state.nextStep === 'submit') payment.plan({ nextAttemptAt: this.recovery.leaseEnd(now) }, now);
    };
    await this.changes.execute(key, plan, origin);
  }

  private async claim(key: PaymentKey, offer: ChargeOffer | null, origin: Origin | null) {
    let step: NextStep | null = null;
    const claim = (payment: Payment, now: Date): void => {
      step = dueStep(payment.state, now);
      if (step === 'inquire') payment.plan({ nextAttemptAt: this.recovery.leaseEnd(now) }, now);
      if (step !== 'submit') return;
      const { gateway } = payment.state;
      // Another worker may have gone to another provider since we looked.
      const isStale = offer === null || (gateway !== null && gateway !== offer.gateway);
      const mayGo = !isStale && this.offers.stillHolds(offer, key.paymentId);
      if (!mayGo || !this.submit(payment, offer, now)) step = null;
    };
    const state = await this.changes.execute(key, claim, origin);
    return { state, step: step as NextStep | null };
  }

  /** @returns false when it cannot be credited at this rate; then the payment has ended */
  private submit(payment: Payment, { gateway, quote }: ChargeOffer, now: Date): boolean {
    const cause = { now, actor: 'system' };
    const credit = payment.state.credit ?? this.offers.creditAt(quote, payment.state);
    if (typeof credit === 'string') payment.turnDown(gateway, quote.rate, paymentFailureOf(credit), cause);
    else payment.submit(gateway, { credit, quoteId: quote.id }, this.recovery.leaseEnd(now), cause);
    return typeof credit !== 'string';
  }
}
