import { Injectable } from '@nestjs/common';
import type { CallMade } from '../../../shared/submissions/gateway-answer.js';
import type { Origin } from '../../../shared/origin.js';
import { Settlements } from '../../gateways/gateways.public.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';
import type { PaymentOrRefund } from './provider-calls.js';
import { SettlePayment } from './settle-payment.js';
import { SettleRefund } from './settle-refund.js';

/** Settles a provider's answer about a payment, or about one of its refunds: see `SettlePayment`, `SettleRefund`. */
@Injectable()
export class SettlePaymentOrRefund {
  constructor(
    private readonly payment: SettlePayment,
    private readonly refund: SettleRefund,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PaymentNotFound, RefundNotFound, Overloaded */
  execute(
    { payment, refund }: PaymentOrRefund,
    call: CallMade,
    answer: ProviderAnswer,
    origin: Origin | null = null,
  ): Promise<void> {
    const key = { merchantId: payment.merchantId, paymentId: payment.id };
    if (refund === null) return this.payment.execute(key, call, answer, origin);
    return this.refund.execute({ ...key, refundId: refund.id }, call, answer, origin);
  }

  /** The same, repeated while the book is busy, see `Settlements`. @throws PaymentNotFound, RefundNotFound, Overloaded */
  retried(order: PaymentOrRefund, call: CallMade, answer: ProviderAnswer): Promise<void> {
    return this.settlements.retried(() => this.execute(order, call, answer));
  }
}
