import { Injectable } from '@nestjs/common';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import {
  Availability,
  type Choice,
  type GatewaysNow,
  PaymentGateways,
  paymentFailureOf,
  type Quote,
} from '../../gateways/gateways.public.js';
import { creditFor } from '../domain/credit.js';
import type { Payment } from '../domain/payment.js';
import type { PaymentState } from '../domain/payment-state.js';
import { PaymentSettings } from '../payments.settings.js';

/** Rupees need no rate. */
const RUPEES: Quote = { rate: '1', id: null };

/**
 * Which provider would charge a payment, or what the payment waits for; and at which rate. The rate is null if the
 * payment goes to no provider now, or its provider quotes none.
 */
export interface ChargeOffer {
  readonly choice: Choice;
  readonly quote: Quote | null;
  /** The state of the gateways on which the offer is based; an outdated offer is not taken. */
  readonly gateways: GatewaysNow;
}

/** Finds out how a payment could be charged. Charges nothing; calls the provider, so never inside a transaction. */
@Injectable()
export class ChargeOffers {
  constructor(
    private readonly gateways: PaymentGateways,
    private readonly availability: Availability,
    private readonly settings: PaymentSettings,
  ) {}

  /** What was promised once stays: a repeated submission is the same in every field, and goes to the same provider. */
  async offerFor(payment: PaymentState, gateways: GatewaysNow, origin: Origin | null): Promise<ChargeOffer> {
    const { id, currency, credit, quoteId } = payment;
    const choice = gateways.firstFor(this.gateways.candidatesFor(payment));
    if (choice.kind !== 'go') return { choice, quote: null, gateways };
    if (credit !== null) return { choice, quote: { rate: credit.rate, id: quoteId }, gateways };
    if (currency === 'INR') return { choice, quote: RUPEES, gateways };
    const quote = await this.gateways.quote(choice.gateway, { reference: id, currency }, origin);
    // The quote may have taken a while, so the gateways are looked at again.
    const gatewaysThen = (await this.availability.now()).inTheCourseOf(gateways);
    return {
      choice: quote === null ? choice : gatewaysThen.firstFor([choice.gateway]),
      quote,
      gateways: gatewaysThen,
    };
  }

  /**
   * Submits the payment at the offer. Synchronous: it is called under the book's lock.
   * @param obstacle why the payment may not be submitted, whatever the offer
   * @returns false if it is not submitted: it waits; or, without a rate, it is planned for later; or it has ended,
   *   because it cannot be credited at the rate
   */
  take(
    payment: Payment,
    { choice: offered, quote, gateways }: ChargeOffer,
    obstacle: WaitingFor | null,
    leaseEndsAt: Date,
    now: Moment,
  ): boolean {
    const cause = { now, actor: 'system' };
    const choice: Choice = obstacle === null ? offered : { kind: 'wait', for: obstacle };
    if (choice.kind === 'wait') {
      payment.waitFor(choice.for, cause, choice.at);
      return false;
    }
    if (choice.kind === 'again' || gateways.isOutdated) return false;
    const { gateway } = choice;
    // Another worker may have submitted it to another provider since the offer was made.
    if (payment.state.gateway !== null && payment.state.gateway !== gateway) return false;
    if (quote === null) {
      payment.plan({ nextAttemptAt: leaseEndsAt }, now);
      return false;
    }
    // What was promised at an earlier submission stays, whatever was offered since.
    const quoteId = payment.state.credit === null ? quote.id : payment.state.quoteId;
    const credit = payment.state.credit ?? this.creditAt(quote, payment.state);
    if (typeof credit === 'string') payment.turnDown({ gateway, rate: quote.rate }, paymentFailureOf(credit), cause);
    else payment.submit(gateway, { credit, quoteId }, leaseEndsAt, cause);
    return typeof credit !== 'string';
  }

  /** What the merchant would be credited with, or why not. */
  private creditAt({ rate }: Quote, payment: PaymentState): ReturnType<typeof creditFor> {
    const { feeBasisPoints, taxBasisPoints, limitPaise } = this.settings;
    return creditFor(payment, rate, {
      feeBasisPoints: BigInt(feeBasisPoints),
      taxBasisPoints: BigInt(taxBasisPoints),
      limitPaise: BigInt(limitPaise),
    });
  }
}
