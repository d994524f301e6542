import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { monotonicNow, PaymentGateways } from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import type { PaymentState } from '../domain/payment-state.js';
import { NotWithProvider } from '../domain/refusals.js';
import { inquireAboutPayment } from './provider-calls.js';
import { SettlePayment } from './settle-payment.js';

/**
 * An operator asks the provider now what became of a payment, an ended one too. The provider is asked outside any
 * transaction, and its answer is taken in as the recovery's would be. Asked twice, or beside the recovery or a callback,
 * whoever comes second changes nothing; after a crash nothing has happened.
 */
@Injectable()
export class InquirePayment {
  constructor(
    private readonly payments: PaymentReader,
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettlePayment,
  ) {}

  /**
   * @param merchantId null: whoever's it is
   * @throws PaymentNotFound, NotWithProvider, Overloaded
   */
  async execute(merchantId: string | null, id: string, origin: Origin): Promise<PaymentState> {
    const seen = await this.payments.get(merchantId, id);
    if (seen.gateway === null) throw new NotWithProvider('payment', seen.status);
    const call = {
      kind: 'inquiry',
      gateway: seen.gateway,
      attempt: seen.attempts,
      askedAtMs: monotonicNow(),
    } as const;
    const answer = await inquireAboutPayment(this.gateways, seen, origin);
    await this.settlement.execute({ merchantId: seen.merchantId, paymentId: id }, call, answer, origin);
    return this.payments.get(seen.merchantId, id);
  }
}
