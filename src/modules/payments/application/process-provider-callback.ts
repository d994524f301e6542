import { Injectable, Logger } from '@nestjs/common';
import { parseUuid } from '../../../shared/ids.js';
import {
  CallbackInbox,
  type CallbackKey,
  PaymentGateways,
  type StoredCallback,
} from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import { inquireAbout } from './provider-calls.js';
import { SettleOrder } from './settle-order.js';

/** Once, twice, four times …: the last try is about three hours after the first. */
const MAX_TRIES = 14;
const LONGEST_PAUSE_SECONDS = 1_800;

type ProviderCallback = Exclude<StoredCallback, { readonly subject: 'payout' }>;

/** What to do about a callback: note how it ended, or try again. */
type Verdict = 'taken_in' | 'unknown_reference' | 'other_gateway' | 'amount_mismatch' | 'later';

interface Subject {
  readonly payment: PaymentState;
  /** Null: it is about the payment itself. */
  readonly refund: RefundState | null;
}

/**
 * Acts on a callback that the gateways module has verified and kept. Either outcome makes money available: a charge to
 * the merchant, and a refund that was refused, too. So a callback is a reason to ask, and what the provider answers is
 * what counts, where it can be asked. What it does not say yet waits in the inbox; late and repeated ones change nothing.
 */
@Injectable()
export class ProcessProviderCallback {
  private readonly logger = new Logger(ProcessProviderCallback.name);

  constructor(
    private readonly inbox: CallbackInbox,
    private readonly payments: PaymentReader,
    private readonly gateways: PaymentGateways,
    private readonly settlement: SettleOrder,
  ) {}

  /** @throws Overloaded */
  async execute(key: CallbackKey): Promise<void> {
    const callback = await this.inbox.find(key);
    if (callback === null || callback.subject === 'payout') return;
    const verdict = await this.judge(callback);
    if (verdict === 'later' && callback.tries < MAX_TRIES)
      return this.inbox.postpone(key, Math.min(2 ** callback.tries, LONGEST_PAUSE_SECONDS));
    const outcome = verdict === 'later' ? 'not_confirmed' : verdict;
    if (outcome !== 'taken_in' && outcome !== 'unknown_reference') this.alarm(callback, outcome);
    await this.inbox.end(key, outcome);
  }

  private async judge(callback: ProviderCallback): Promise<Verdict> {
    const subject = await this.subjectOf(callback);
    if (subject === null) return 'unknown_reference';
    const { payment, refund } = subject;
    const { attempts, amountMinor } = refund ?? payment;
    // The provider has it before we have sent it, or a database restored to yesterday: it waits until that is cleared up.
    if (payment.gateway === null || attempts === 0) return 'later';
    if (payment.gateway !== callback.gateway) return 'other_gateway';
    if (amountMinor !== callback.amountMinor || payment.currency !== callback.currency) return 'amount_mismatch';
    return this.takeIn(subject, callback);
  }

  private async takeIn({ payment, refund }: Subject, callback: ProviderCallback): Promise<Verdict> {
    const { ending, digest, receivedAt, gateway } = callback;
    if (ending.kind === 'pending') return 'taken_in';
    const { attempts: attempt, submissionEndsAt, nextAttemptAt } = refund ?? payment;
    const key = { merchantId: payment.merchantId, paymentId: payment.id, refundId: refund?.id ?? null };
    if (this.gateways.get(gateway)?.capabilities.canBeInquired !== true) {
      const call = { kind: 'callback', gateway, attempt, askedAt: receivedAt } as const;
      await this.settlement.execute(key, call, { ...ending, digest });
      return 'taken_in';
    }
    const askedAt = new Date();
    const hint = ending.kind === 'succeeded' ? ending.providerId : null;
    const answer = await inquireAbout(this.gateways, payment, refund, null, hint);
    // Its own answer may be on its way, and nothing may be said to have failed under it.
    const isBeingSubmitted = nextAttemptAt !== null && submissionEndsAt !== null && submissionEndsAt > askedAt;
    if (answer.kind !== 'succeeded' && (isBeingSubmitted || answer.kind !== 'rejected')) return 'later';
    await this.settlement.execute(key, { kind: 'inquiry', gateway, attempt, askedAt }, answer);
    return answer.kind === ending.kind ? 'taken_in' : 'later';
  }

  private async subjectOf({ subject, reference }: ProviderCallback): Promise<Subject | null> {
    const id = parseUuid(reference);
    if (id === null) return null;
    const refund = subject === 'refund' ? await this.payments.findRefund(id) : null;
    if (subject === 'refund' && refund === null) return null;
    const payment = await this.payments.find(refund?.merchantId ?? null, refund?.paymentId ?? id);
    return payment === null ? null : { payment, refund };
  }

  private alarm({ gateway, eventId, subject, reference }: ProviderCallback, outcome: string): void {
    const what = `callback ${eventId} of ${gateway} about ${subject} ${reference}`;
    this.logger.error(`ALARM: ${what} was not taken in: ${outcome}`);
  }
}
