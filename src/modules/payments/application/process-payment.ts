import { Injectable } from '@nestjs/common';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import { type NextStep, waitingFor } from '../../../shared/submissions/submission.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import {
  Admissions,
  type Choice,
  type GatewaysNow,
  monotonicNow,
  PaymentGateways,
  ConfiguredRecovery,
  Settlements,
} from '../../gateways/gateways.public.js';
import { isMerchantActive, Merchants, merchantRows } from '../../merchants/merchants.public.js';
import type { Payment } from '../domain/payment.js';
import type { PaymentState } from '../domain/payment-state.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { isOpenPayment } from '../domain/payment-status.js';
import { ChangePayment, type PaymentKey } from './change-payment.js';
import { type ChargeOffer, ChargeOffers } from './charge-offers.js';
import { answerAbout, chargeOf } from './provider-calls.js';
import { SettlePayment } from './settle-payment.js';

/** What was decided about a payment's next step under its book's lock. */
interface Claimed {
  readonly state: PaymentState;
  /** The step to take now, if any. */
  readonly step: NextStep | null;
  readonly choice: Choice | null;
  /** A time before the lease began, by `monotonicNow()`. */
  readonly claimedAt: number;
}

/**
 * Takes one open payment one step further: charges the payer, or asks the provider what became of the charge.
 *
 * 1. For a payment from abroad, the provider is asked for its rate. This charges nothing; after a crash it is asked
 *    again.
 * 2. The step is claimed under the book's lock and committed, together with the amount that the merchant will be
 *    credited with: a worker that comes second, or too early, finds nothing to do. A charge that may not go now, or
 *    that no provider can take, waits and records for what. A payment that is worth too much or too little at the rate
 *    ends here, uncharged. A crash after it: the lease runs out, and the provider is asked before anything else.
 * 3. The provider is called, outside any transaction. A crash during or after it: as above.
 * 4. The answer is settled in one commit. A crash before it: as above; the inquiry gets the same answer again.
 */
@Injectable()
export class ProcessPayment {
  constructor(
    private readonly changes: ChangePayment,
    private readonly settlement: SettlePayment,
    private readonly offers: ChargeOffers,
    private readonly admissions: Admissions,
    private readonly gateways: PaymentGateways,
    private readonly payments: PaymentReader,
    private readonly merchants: Merchants,
    private readonly recovery: ConfiguredRecovery,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PaymentNotFound, Overloaded */
  async execute(key: PaymentKey, origin: Origin | null = null): Promise<void> {
    const seen = await this.payments.find(key.merchantId, key.paymentId);
    if (seen === null || !isOpenPayment(seen.status)) return;
    // Otherwise each look at it would ask the provider for a rate.
    if (waitingFor(seen) === 'merchant_inactive' && !(await this.merchants.find(key.merchantId))?.isActive) return;
    const claim = (gateways: GatewaysNow) => this.offerAndClaim(key, seen, gateways, origin);
    const { merchantId, paymentId: id } = key;
    const { state, step, claimedAt, trial, giveBack } = await this.admissions.decide({ merchantId, id }, claim);
    if (step === null) return;
    if (!this.recovery.fitsIntoLease(claimedAt)) return giveBack();
    const [gateway, askedAtMs] = [state.gateway!, monotonicNow()];
    const answer = await (step === 'submit'
      ? this.gateways.charge(gateway, chargeOf(state), { merchantId, attempt: state.attempts, trial, origin })
      : answerAbout(this.gateways, { payment: state, refund: null }, origin));
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const call = { kind, gateway, attempt: state.attempts, askedAtMs } as const;
    await this.settlements.retried(() => this.settlement.execute(key, call, answer, origin));
  }

  private async offerAndClaim(
    key: PaymentKey,
    seen: PaymentState,
    gateways: GatewaysNow,
    origin: Origin | null,
  ): Promise<Claimed> {
    const offer = seen.nextStep === 'submit' ? await this.offers.offerFor(seen, gateways, origin) : null;
    if (offer?.choice.kind === 'trial' || offer?.choice.kind === 'again')
      return { state: seen, step: null, choice: offer.choice, claimedAt: 0 };
    return this.claim(key, offer, origin);
  }

  private async claim(key: PaymentKey, offer: ChargeOffer | null, origin: Origin | null): Promise<Claimed> {
    const claimedAt = monotonicNow();
    let step: NextStep | null = null;
    const claim = (payment: Payment, now: Moment, book: Book): void => {
      step = this.recovery.dueStep(payment.state, now);
      const leaseEndsAt = this.recovery.leaseEnd(now);
      if (step === 'inquire') payment.plan(this.recovery.inquiryClaimed(payment.state, now), now);
      if (step !== 'submit') return;
      const obstacle = isMerchantActive(book) ? null : 'merchant_inactive';
      // Without an offer: the step has become a submission since the payment was read.
      if (offer === null || !this.offers.take(payment, offer, obstacle, leaseEndsAt, now)) step = null;
    };
    const state = await this.changes.execute(key, claim, { origin, reads: [merchantRows.row('')] });
    const isSent = (step as NextStep | null) === 'submit';
    return { state, step, choice: isSent ? { kind: 'go', gateway: state.gateway! } : null, claimedAt };
  }
}
