import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { monotonicNow, PaymentGateways } from '../../gateways/gateways.public.js';
import { type ListedRefund, PaymentReader } from '../domain/payment-reader.js';
import { NotWithProvider } from '../domain/refusals.js';
import { inquireAboutRefund } from './provider-calls.js';
import { SettleRefund } from './settle-refund.js';

/** An operator asks the provider now what became of a refund; otherwise like `InquirePayment`. */
@Injectable()
export class InquireRefund {
  constructor(
    private readonly payments: PaymentReader,
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettleRefund,
  ) {}

  /**
   * @param owner null: any merchant's refund
   * @throws RefundNotFound, NotWithProvider, Overloaded
   */
  async execute(owner: string | null, id: string, origin: Origin): Promise<ListedRefund> {
    const seen = await this.payments.getRefund(owner, id);
    const { merchantId, paymentId, attempts: attempt, status } = seen;
    if (attempt === 0) throw new NotWithProvider('refund', status);
    const payment = await this.payments.get(merchantId, paymentId);
    const call = { kind: 'inquiry', gateway: payment.gateway!, attempt, askedAtMs: monotonicNow() } as const;
    const answer = await inquireAboutRefund(this.gateways, seen, payment, origin);
    await this.settlement.execute({ merchantId, paymentId, refundId: id }, call, answer, origin);
    return { ...(await this.payments.getRefund(merchantId, id)), currency: payment.currency };
  }
}
