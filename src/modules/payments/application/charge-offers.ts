import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { Availability, PaymentGateways, type Quote } from '../../gateways/gateways.public.js';
import { creditFor } from '../domain/credit.js';
import type { PaymentState } from '../domain/payment-state.js';
import { PaymentSettings } from '../payments.settings.js';

/** Rupees need no rate. */
const RUPEES: Quote = { rate: '1', id: null };

/** Who would charge a payment, and at which rate. */
export interface ChargeOffer {
  readonly gateway: string;
  readonly quote: Quote;
}

/** Finds out how a payment could be charged. Charges nothing; calls the provider, so never inside a transaction. */
@Injectable()
export class ChargeOffers {
  constructor(
    private readonly gateways: PaymentGateways,
    private readonly availability: Availability,
    private readonly settings: PaymentSettings,
  ) {}

  /**
   * What was promised once stays: another submission is the same in every field, and goes to the same provider.
   * @returns `waits`: no provider may be asked now; `no_rate`: the one that was asked names no rate
   */
  async offerFor(payment: PaymentState, origin: Origin | null): Promise<ChargeOffer | 'waits' | 'no_rate'> {
    const { id, gateway: earlier, currency, credit, quoteId } = payment;
    await this.availability.refresh();
    const candidates = earlier === null ? this.gateways.takers(currency) : [earlier];
    const gateway = candidates.find((name) => this.availability.mightAdmit(name));
    if (gateway === undefined) return 'waits';
    if (credit !== null) return { gateway, quote: { rate: credit.rate, id: quoteId } };
    const quote = currency === 'INR' ? RUPEES : await this.gateways.quote(gateway, id, currency, origin);
    return quote === null ? 'no_rate' : { gateway, quote };
  }

  /** Whether the provider may still be asked for it. Synchronous: it is asked under the book's lock. */
  stillHolds({ gateway }: ChargeOffer, paymentId: string): boolean {
    return this.availability.admits(gateway, paymentId);
  }

  /** What the merchant would be credited with, or why not. */
  creditAt({ rate }: Quote, payment: PaymentState): ReturnType<typeof creditFor> {
    const { feeBasisPoints, taxBasisPoints, limitPaise } = this.settings;
    return creditFor(payment, rate, {
      feeBasisPoints: BigInt(feeBasisPoints),
      taxBasisPoints: BigInt(taxBasisPoints),
      limitPaise: BigInt(limitPaise),
    });
  }
}
