import {
  paymentFailureOf,
  PaymentGateway,
  type ProviderEnding,
  type ProviderInquiryEnding,
  type Quote,
} from '../../gateways/gateways.public.js';
import { simulatedQuote } from './payment-simulator.js';
import { CURRENCIES } from '../../gateways/gateways.language.js';

/** A provider that rejects everything. It never charges, so `not_found` is always true. */
export class PaymentFails extends PaymentGateway {
  override readonly name = 'payment-fails';
  override readonly capabilities = {
    currencies: CURRENCIES,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: true,
    sendsCallbacks: false,
  };

  override async quote(currency: string): Promise<Quote> {
    return simulatedQuote(currency);
  }

  override async charge(): Promise<ProviderEnding> {
    return { kind: 'rejected', failure: paymentFailureOf('card_declined') };
  }

  override async refund(): Promise<ProviderEnding> {
    return { kind: 'rejected', failure: paymentFailureOf('refund_not_possible') };
  }

  override async inquireCharge(): Promise<ProviderInquiryEnding> {
    return { kind: 'not_found' };
  }

  override async inquireRefund(): Promise<ProviderInquiryEnding> {
    return { kind: 'not_found' };
  }
}
