import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { monotonicNow, PaymentGateways } from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import type { PaymentState } from '../domain/payment-state.js';
import { NotWithProvider } from '../domain/refusals.js';
import { inquireAboutPayment } from './provider-calls.js';
import { SettlePayment } from './settle-payment.js';

/**
 * An operator asks the provider now what became of a payment, even one that has ended. The provider is asked outside
 * any transaction, and its answer is settled like that of a recovery inquiry. If the same answer also comes from a
 * second request, from recovery or by callback, the later one changes nothing. After a crash nothing has happened.
 */
@Injectable()
export class InquirePayment {
  constructor(
    private readonly payments: PaymentReader,
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettlePayment,
  ) {}

  /**
   * @param merchantId null: any merchant's payment
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
