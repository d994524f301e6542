import { Injectable } from '@nestjs/common';
import { isAnother } from '../../../shared/gateway-answer.js';
import { isBeingSubmitted } from '../../../shared/submission.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import {
  type CallbackKey,
  CallbackProcessing,
  type CallbackVerdict,
  PaymentGateways,
  Settlements,
} from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { type CallbackSubject, inquireAbout, type ProviderCallback, subjectOf } from './callback-subject.js';
import { SettlePayment } from './settle-payment.js';
import { SettleRefund } from './settle-refund.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';

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
    const subject = await subjectOf(this.payments, callback);
    if (subject === null) return 'unknown_reference';
    const { payment, refund } = subject;
    const { attempts, amountMinor } = refund ?? payment;
    // The provider has it before we have sent it, or the database was restored to yesterday: it waits for that to be
    // cleared up.
    if (payment.gateway === null || attempts === 0) return 'later';
    if (payment.gateway !== callback.gateway) return 'other_gateway';
    const isSame = amountMinor === callback.amountMinor && payment.currency === callback.currency;
    if (callback.ending.kind !== 'unrecognized')
      return isSame ? this.settle(subject, callback, callback.ending) : 'amount_mismatch';
    const saysNoAmount = callback.amountMinor === null || callback.currency === null;
    return isSame || saysNoAmount ? this.ask(subject, callback.gateway) : 'amount_mismatch';
  }

  /** Whatever the provider meant, it says in other words now; the message itself stays for a person. */
  private async ask(subject: CallbackSubject, gateway: string): Promise<CallbackVerdict> {
    const provider = this.gateways.get(gateway);
    if (provider === null) return 'later';
    if (!provider.capabilities.canBeInquired) return 'unrecognized';
    const { kind, settled } = await this.askAndSettle(subject, null);
    return (kind === 'unknown' || kind === 'rejected') && !settled ? 'later' : 'unrecognized';
  }

  private async settle(
    subject: CallbackSubject,
    { digest, receivedAt, gateway }: ProviderCallback,
    ending: Exclude<ProviderCallback['ending'], { kind: 'unrecognized' }>,
  ): Promise<CallbackVerdict> {
    if (ending.kind === 'pending') return 'taken_in';
    // This process may not have the provider that another one has; nothing is believed unasked for that.
    const provider = this.gateways.get(gateway);
    if (provider === null) return 'later';
    if (!provider.capabilities.canBeInquired) {
      await this.settleWith(subject, { kind: 'callback', askedAt: receivedAt }, { ...ending, digest });
      return 'taken_in';
    }
    const { kind, settled } = await this.askAndSettle(subject, ending.kind === 'succeeded' ? ending.providerId : null);
    return settled && kind === ending.kind ? 'taken_in' : 'later';
  }

  /** An outcome counts, and that there is another order; a rejection not while a submission may be on its way. */
  private async askAndSettle(subject: CallbackSubject, hint: string | null) {
    const [seenAt, askedAtMs] = [await this.clock.now(), performance.now()];
    const answer = await inquireAbout(this.gateways, subject, hint);
    const mayFail = answer.kind === 'rejected' && !isBeingSubmitted(subject.refund ?? subject.payment, seenAt);
    const settled = answer.kind === 'succeeded' || mayFail || isAnother(answer);
    if (settled) await this.settleWith(subject, { kind: 'inquiry', askedAtMs }, answer);
    return { kind: answer.kind, settled };
  }

  private async settleWith(
    { payment, refund }: CallbackSubject,
    asked: { kind: 'callback'; askedAt: Date } | { kind: 'inquiry'; askedAtMs: number },
    answer: ProviderAnswer,
  ): Promise<void> {
    const { id: paymentId, merchantId } = payment;
    const call = { ...asked, gateway: payment.gateway!, attempt: (refund ?? payment).attempts };
    if (refund === null)
      return this.settlements.retried(() => this.settlePayment.execute({ merchantId, paymentId }, call, answer));
    const key = { merchantId, paymentId, refundId: refund.id };
    await this.settlements.retried(() => this.settleRefund.execute(key, call, answer));
  }
}
