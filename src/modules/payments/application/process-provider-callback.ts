import { Injectable } from '@nestjs/common';
import { isAnother } from '../../../shared/submissions/gateway-answer.js';
import { mayBeOnItsWay } from '../../../shared/submissions/submission.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import {
  anotherOrder,
  type CallbackKey,
  CallbackProcessing,
  type CallbackVerdict,
  PaymentGateways,
} from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { callOf, differenceOf, type ProviderCallback, subjectOf } from './callback-subject.js';
import { inquireAbout, type PaymentOrRefund } from './provider-calls.js';
import { SettlePaymentOrRefund } from './settle-payment-or-refund.js';

/**
 * Acts on a provider's callback that was verified and stored. A successful charge makes money available to the
 * merchant, and so does a refund that was refused. So if the provider can be asked, a callback is only a reason to ask
 * it, and its answer counts. What survives a crash: see `CallbackProcessing`.
 */
@Injectable()
export class ProcessProviderCallback {
  constructor(
    private readonly processing: CallbackProcessing,
    private readonly payments: PaymentReader,
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettlePaymentOrRefund,
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
    // As far as the database knows, the order was never sent; the database may have been restored to an earlier state.
    // The callback waits until that is cleared up.
    if (payment.gateway === null || (refund ?? payment).attempts === 0) return 'later';
    if (payment.gateway !== callback.gateway) return 'other_gateway';
    const { ending } = callback;
    const difference = differenceOf(subject, callback);
    return difference === null && ending.kind !== 'unrecognized'
      ? this.settle(subject, callback, ending)
      : this.ask(subject, callback, difference);
  }

  /**
   * The callback alone is not trusted: the provider is asked, and its answer counts. The callback is kept for a person.
   * A callback about another order may be a mistake in this one message: it counts only if the provider's answer does
   * not name the amount and the currency.
   */
  private async ask(
    subject: PaymentOrRefund,
    callback: ProviderCallback,
    difference: 'amount' | 'currency' | null,
  ): Promise<CallbackVerdict> {
    const provider = this.gateways.get(callback.gateway);
    if (provider === null) return 'later';
    const { canBeInquired } = provider.capabilities;
    const asked = canBeInquired ? await this.askAndSettle(subject, null, difference !== null) : null;
    if (difference === null) return asked?.isOpen === true ? 'later' : 'unrecognized';
    const answer = { ...anotherOrder(difference), digest: callback.digest };
    if (asked?.settled !== true) await this.settlement.retried(subject, callOf(subject, callback), answer);
    return 'amount_mismatch';
  }

  private async settle(
    subject: PaymentOrRefund,
    callback: ProviderCallback,
    ending: Exclude<ProviderCallback['ending'], { kind: 'unrecognized' }>,
  ): Promise<CallbackVerdict> {
    if (ending.kind === 'pending') return 'taken_in';
    // Perhaps only another process has this provider enabled. The callback is still not believed without asking it.
    const provider = this.gateways.get(callback.gateway);
    if (provider === null) return 'later';
    if (!provider.capabilities.canBeInquired) {
      if (ending.kind === 'rejected' && (await this.mayBeOnItsWay(subject))) return 'later';
      const isWhole = callback.amountMinor !== null && callback.currency !== null;
      const answer = { ...ending, digest: callback.digest, ...(isWhole ? { isSame: true as const } : {}) };
      await this.settlement.retried(subject, callOf(subject, callback), answer);
      return 'taken_in';
    }
    const { kind, settled } = await this.askAndSettle(subject, ending.kind === 'succeeded' ? ending.providerId : null);
    return settled && kind === ending.kind ? 'taken_in' : 'later';
  }

  /**
   * Asks the provider, and settles an outcome, or a report of another order. A rejection does not count while a
   * submission may be on its way.
   * @param named whether only an answer that names amount and currency counts, because what it leaves out may differ
   */
  private async askAndSettle(subject: PaymentOrRefund, hint: string | null, named = false) {
    const wasOnItsWay = await this.mayBeOnItsWay(subject);
    const { call, answer } = await inquireAbout(this.gateways, subject, null, hint);
    const { kind } = answer;
    const mayFail = kind === 'rejected' && !wasOnItsWay;
    const counts = named ? answer.isSame === true : kind === 'succeeded' || mayFail;
    const settled = counts || isAnother(answer);
    if (settled) await this.settlement.retried(subject, call, answer);
    return { kind, settled, isOpen: !settled && (kind === 'unknown' || kind === 'rejected') };
  }

  private async mayBeOnItsWay({ payment, refund }: PaymentOrRefund): Promise<boolean> {
    return mayBeOnItsWay(refund ?? payment, await this.clock.now());
  }
}
