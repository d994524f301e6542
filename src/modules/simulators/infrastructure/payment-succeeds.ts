import { createHash } from 'node:crypto';
import {
  type Charge,
  PaymentGateway,
  type ProviderEnding,
  type ProviderInquiryEnding,
  type Quote,
  type RefundOrder,
} from '../../gateways/gateways.public.js';
import { simulatedQuote } from './payment-simulator.js';
import { CURRENCIES } from '../../gateways/gateways.language.js';

/**
 * A provider that reports success and moves nothing. It has no memory: ids are computed from the reference, so that
 * every submission of one reference, in any process and after any restart, gets the same answer.
 */
export class PaymentSucceeds extends PaymentGateway {
  override readonly name = 'payment-succeeds';
  override readonly capabilities = {
    currencies: CURRENCIES,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: false,
    sendsCallbacks: false,
  };

  override async quote(currency: string): Promise<Quote> {
    return simulatedQuote(currency);
  }

  override async charge({ reference }: Pick<Charge, 'reference'>): Promise<ProviderEnding> {
    return { kind: 'succeeded', providerId: `ps_${createHash('sha256').update(reference).digest('hex').slice(0, 24)}` };
  }

  override refund({ reference }: Pick<RefundOrder, 'reference'>): Promise<ProviderEnding> {
    return this.charge({ reference });
  }

  override async inquireCharge(): Promise<ProviderInquiryEnding> {
    return { kind: 'not_found' };
  }

  override async inquireRefund(): Promise<ProviderInquiryEnding> {
    return { kind: 'not_found' };
  }
}
