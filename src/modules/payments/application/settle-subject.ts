import { Injectable } from '@nestjs/common';
import { Settlements } from '../../gateways/gateways.public.js';
import type { CallbackSubject } from './callback-subject.js';
import { SettlePayment } from './settle-payment.js';
import { SettleRefund } from './settle-refund.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';

/**
 * Settles what a provider says about the payment or the refund that a callback was about, in one commit. A crash before
 * it: the callback is processed again, and the provider is asked once more.
 */
@Injectable()
export class SettleSubject {
  constructor(
    private readonly payment: SettlePayment,
    private readonly refund: SettleRefund,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PaymentNotFound, Overloaded */
  async execute(
    { payment, refund }: CallbackSubject,
    asked: { kind: 'callback'; askedAt: Date } | { kind: 'inquiry'; askedAtMs: number },
    answer: ProviderAnswer,
  ): Promise<void> {
    const { id: paymentId, merchantId } = payment;
    const call = { ...asked, gateway: payment.gateway!, attempt: (refund ?? payment).attempts };
    if (refund === null)
      return this.settlements.retried(() => this.payment.execute({ merchantId, paymentId }, call, answer));
    const key = { merchantId, paymentId, refundId: refund.id };
    await this.settlements.retried(() => this.refund.execute(key, call, answer));
  }
}
