import { Injectable } from '@nestjs/common';
import { parseUuid } from '../../../shared/ids.js';
import { isBeingSubmitted } from '../../../shared/submission.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import {
  type CallbackKey,
  CallbackProcessing,
  type CallbackVerdict,
  PaymentGateways,
  Settlements,
  type StoredCallback,
} from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import { inquireAboutPayment, inquireAboutRefund } from './provider-calls.js';
import { SettlePayment } from './settle-payment.js';
import { SettleRefund } from './settle-refund.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';

type ProviderCallback = Exclude<StoredCallback, { readonly subject: 'payout' }>;

interface Subject {
  readonly payment: PaymentState;
  /** Null: it is about the payment itself. */
  readonly refund: RefundState | null;
}

/**
 * Acts on a provider's callback that was verified and stored. Either outcome makes money available: a charge to the
 * merchant, and a refund that was refused, too. So a callback is a reason to ask, and what the provider answers is what
 * counts, where it can be asked. What survives a crash: see `CallbackProcessing`.
 */
@Injectable()
export class ProcessProviderCallback {
  constructor(
    private readonly processing: CallbackProcessing,
    private readonly payments: PaymentReader,
    private readonly gateways: PaymentGateways,
    private readonly settlePayment: SettlePayment,
    private readonly settleRefund: SettleRefund,
    private readonly settlements: Settlements,
    private readonly clock: ServerClock,
  ) {}

  /** @throws Overloaded */
  execute(key: CallbackKey): Promise<void> {
    return this.processing.execute(key, (callback) => (callback.subject === 'payout' ? null : this.judge(callback)));
  }

  private async judge(callback: ProviderCallback): Promise<CallbackVerdict> {
    const subject = await this.subjectOf(callback);
    if (subject === null) return 'unknown_reference';
    const { payment, refund } = subject;
    const { attempts, amountMinor } = refund ?? payment;
    // The provider has it before we have sent it, or the database was restored to yesterday: it waits for that to be
    // cleared up.
    if (payment.gateway === null || attempts === 0) return 'later';
    if (payment.gateway !== callback.gateway) return 'other_gateway';
    if (amountMinor !== callback.amountMinor || payment.currency !== callback.currency) return 'amount_mismatch';
    return this.settle(subject, callback);
  }

  private async settle(subject: Subject, callback: ProviderCallback): Promise<CallbackVerdict> {
    const { ending, digest, receivedAt, gateway } = callback;
    if (ending.kind === 'pending') return 'taken_in';
    if (this.gateways.get(gateway)?.capabilities.canBeInquired !== true) {
      await this.settleWith(subject, 'callback', receivedAt, { ...ending, digest });
      return 'taken_in';
    }
    const [askedAt, seenAt] = [new Date(), await this.clock.now()];
    const answer = await this.inquire(subject, ending.kind === 'succeeded' ? ending.providerId : null);
    const mayFail = answer.kind === 'rejected' && !isBeingSubmitted(subject.refund ?? subject.payment, seenAt);
    if (answer.kind !== 'succeeded' && !mayFail) return 'later';
    await this.settleWith(subject, 'inquiry', askedAt, answer);
    return answer.kind === ending.kind ? 'taken_in' : 'later';
  }

  private inquire({ payment, refund }: Subject, hint: string | null): Promise<ProviderAnswer> {
    if (refund === null) return inquireAboutPayment(this.gateways, payment, null, hint);
    return inquireAboutRefund(this.gateways, refund, payment, null, hint);
  }

  private async settleWith(
    { payment, refund }: Subject,
    kind: 'inquiry' | 'callback',
    askedAt: Date,
    answer: ProviderAnswer,
  ): Promise<void> {
    const { id: paymentId, merchantId } = payment;
    const call = { kind, gateway: payment.gateway!, attempt: (refund ?? payment).attempts, askedAt };
    if (refund === null)
      return this.settlements.retried(() => this.settlePayment.execute({ merchantId, paymentId }, call, answer));
    const key = { merchantId, paymentId, refundId: refund.id };
    await this.settlements.retried(() => this.settleRefund.execute(key, call, answer));
  }

  private async subjectOf({ subject, reference }: ProviderCallback): Promise<Subject | null> {
    const id = parseUuid(reference);
    if (id === null) return null;
    const refund = subject === 'refund' ? await this.payments.findRefund(null, id) : null;
    if (subject === 'refund' && refund === null) return null;
    const payment = await this.payments.find(refund?.merchantId ?? null, refund?.paymentId ?? id);
    return payment === null ? null : { payment, refund };
  }
}
