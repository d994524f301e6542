import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { PaymentGateways } from '../../gateways/gateways.public.js';
import { NotWithProvider } from '../domain/refusals.js';
import { inquireAbout, type PaymentOrRefund } from './provider-calls.js';
import { SettlePaymentOrRefund } from './settle-payment-or-refund.js';

/**
 * An operator asks the provider now what became of a payment or a refund, even one that has ended. The provider is
 * asked outside any transaction, and its answer is settled like that of a recovery inquiry. If the same answer also
 * comes from a second request, from recovery or by callback, the later one changes nothing. After a crash nothing has
 * happened.
 */
@Injectable()
export class InquireProvider {
  constructor(
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettlePaymentOrRefund,
  ) {}

  /** @throws NotWithProvider, Overloaded */
  async execute(order: PaymentOrRefund, origin: Origin): Promise<void> {
    const { payment, refund } = order;
    if (refund === null && payment.gateway === null) throw new NotWithProvider('payment', payment.status);
    if (refund?.attempts === 0) throw new NotWithProvider('refund', refund.status);
    const { call, answer } = await inquireAbout(this.gateways, order, origin);
    await this.settlement.execute(order, call, answer, origin);
  }
}
