import { Injectable } from '@nestjs/common';
import { isAnother } from '../../../shared/submissions/gateway-answer.js';
import { mayBeOnItsWay } from '../../../shared/submissions/submission.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import {
  anotherOrder,
  type CallbackKey,
  CallbackProcessing,
  type CallbackVerdict,
  monotonicNow,
  PaymentGateways,
} from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import {
  type CallbackSubject,
  differenceOf,
  inquireAbout,
  type ProviderCallback,
  subjectOf,
} from './callback-subject.js';
import { SettleSubject } from './settle-subject.js';

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
    private readonly settlement: SettleSubject,
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
    // The provider has it before we have sent it, or the database was restored to yesterday: it waits for that to be
    // cleared up.
    if (payment.gateway === null || (refund ?? payment).attempts === 0) return 'later';
    if (payment.gateway !== callback.gateway) return 'other_gateway';
    const { ending } = callback;
    const difference = differenceOf(subject, callback);
    return difference === null && ending.kind !== 'unrecognized'
      ? this.settle(subject, callback, ending)
      : this.ask(subject, callback, difference);
  }

  /**
   * Whatever the provider meant, it says in other words now; the message itself stays for a person. That it is about
   * another order may be a mistake of this one message: it counts unless the provider, asked, names amount and currency.
   */
  private async ask(
    subject: CallbackSubject,
    { digest, receivedAt: askedAt, gateway }: ProviderCallback,
    difference: 'amount' | 'currency' | null,
  ): Promise<CallbackVerdict> {
    const provider = this.gateways.get(gateway);
    if (provider === null) return 'later';
    const { canBeInquired } = provider.capabilities;
    const asked = canBeInquired ? await this.askAndSettle(subject, null, difference !== null) : null;
    if (difference === null) return asked?.isOpen === true ? 'later' : 'unrecognized';
    if (asked?.settled !== true)
      await this.settlement.execute(subject, { kind: 'callback', askedAt }, { ...anotherOrder(difference), digest });
    return 'amount_mismatch';
  }

  private async settle(
    subject: CallbackSubject,
    { digest, receivedAt: askedAt, gateway, amountMinor, currency }: ProviderCallback,
    ending: Exclude<ProviderCallback['ending'], { kind: 'unrecognized' }>,
  ): Promise<CallbackVerdict> {
    if (ending.kind === 'pending') return 'taken_in';
    // This process may not have the provider that another one has; nothing is believed unasked for that.
    const provider = this.gateways.get(gateway);
    if (provider === null) return 'later';
    if (!provider.capabilities.canBeInquired) {
      if (ending.kind === 'rejected' && (await this.mayBeOnItsWay(subject))) return 'later';
      const isWhole = amountMinor !== null && currency !== null;
      const answer = { ...ending, digest, ...(isWhole ? { isSame: true as const } : {}) };
      await this.settlement.execute(subject, { kind: 'callback', askedAt }, answer);
      return 'taken_in';
    }
    const { kind, settled } = await this.askAndSettle(subject, ending.kind === 'succeeded' ? ending.providerId : null);
    return settled && kind === ending.kind ? 'taken_in' : 'later';
  }

  /**
   * An outcome counts, and that there is another order; a rejection not while a submission may be on its way.
   * @param named whether only an answer counts that names amount and currency: what it leaves out may differ
   */
  private async askAndSettle(subject: CallbackSubject, hint: string | null, named = false) {
    const [wasOnItsWay, askedAtMs] = [await this.mayBeOnItsWay(subject), monotonicNow()];
    const answer = await inquireAbout(this.gateways, subject, hint);
    const { kind } = answer;
    const mayFail = kind === 'rejected' && !wasOnItsWay;
    const counts = named ? answer.isSame === true : kind === 'succeeded' || mayFail;
    const settled = counts || isAnother(answer);
    if (settled) await this.settlement.execute(subject, { kind: 'inquiry', askedAtMs }, answer);
    return { kind, settled, isOpen: !settled && (kind === 'unknown' || kind === 'rejected') };
  }

  private async mayBeOnItsWay({ payment, refund }: CallbackSubject): Promise<boolean> {
    return mayBeOnItsWay(refund ?? payment, await this.clock.now());
  }
}
