import { Injectable } from '@nestjs/common';
import { attentionOf, type NeedsPerson } from '../../../shared/submissions/attention.js';
import type { Slice } from '../../../shared/slice.js';
import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { allowedRefundStatuses } from '../domain/payment-state.js';
import { allowedByHand } from '../domain/payment-status.js';

const NEEDED = { status: null, needsAttention: true, waitingFor: null, createdFrom: null, createdTo: null } as const;

/** Payments, and refunds, that need a person. */
@Injectable()
export class PaymentsNeedingAttention {
  constructor(private readonly payments: PaymentReader) {}

  /** @param merchantId null: payments of all merchants, for operators @throws TooManyConcurrentRequests, ListTooSlow */
  async read(merchantId: string | null, slice: Slice, reader: ReaderKind): Promise<NeedsPerson[]> {
    const filter = { ...NEEDED, merchantId, currency: null, referenceId: null, minAmount: null, maxAmount: null };
    const found = await this.payments.list.page(filter, slice);
    const raised = await this.payments.attention(
      found.map((payment) => ({ merchantId: payment.merchantId, paymentId: payment.id, refundId: null })),
    );
    return found.map((payment, i) => ({
      type: 'payment',
      id: payment.id,
      paymentId: null,
      merchantId: payment.merchantId,
      status: payment.status,
      amount: payment.amountMinor,
      currency: payment.currency,
      amountPaise: null,
      gateway: payment.gateway,
      attempts: payment.attempts,
      ...attentionOf(payment, raised[i]!, payment.gatewayDisagrees),
      allowed: allowedByHand(reader, payment.status),
      revision: payment.revision,
      createdAt: payment.createdAt,
      updatedAt: payment.updatedAt,
    }));
  }

  /** The same for refunds. */
  async readRefunds(merchantId: string | null, slice: Slice, reader: ReaderKind): Promise<NeedsPerson[]> {
    const filter = { ...NEEDED, merchantId, minAmountPaise: null, maxAmountPaise: null };
    const found = await this.payments.refundList.page(filter, slice);
    const raised = await this.payments.attention(
      found.map((refund) => ({ merchantId: refund.merchantId, paymentId: refund.paymentId, refundId: refund.id })),
    );
    return found.map((refund, i) => ({
      type: 'refund',
      id: refund.id,
      paymentId: refund.paymentId,
      merchantId: refund.merchantId,
      status: refund.status,
      amount: refund.amountMinor,
      currency: refund.currency,
      amountPaise: refund.amountPaise,
      gateway: null,
      attempts: refund.attempts,
      ...attentionOf(refund, raised[i]!, refund.gatewayDisagrees),
      allowed: allowedRefundStatuses(reader, refund.status),
      revision: refund.revision,
      createdAt: refund.createdAt,
      updatedAt: refund.updatedAt,
    }));
  }
}
