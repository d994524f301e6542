import { Injectable, Logger } from '@nestjs/common';
import { parseUuid } from '../../../shared/ids.js';
import { BankGateways, CallbackInbox, type CallbackKey, type StoredCallback } from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import type { PayoutState } from '../domain/payout-state.js';
import { isOpen } from '../domain/payout-status.js';
import type { BankAnswer } from '../domain/bank-answer.js';
import { SettlePayout } from './settle-payout.js';

/** Once, twice, four times …: the last try is about three hours after the first. */
const MAX_TRIES = 14;
const LONGEST_PAUSE_SECONDS = 1_800;

type PayoutCallback = Extract<StoredCallback, { readonly subject: 'payout' }>;

/** What to do about a callback: note how it ended, or try again. */
type Verdict = 'taken_in' | 'unknown_reference' | 'other_gateway' | 'amount_mismatch' | 'later';

/**
 * Acts on a callback that the gateways module has verified and kept.
 *
 * That nothing was paid, or that money came back, makes money available; so it is believed only when the bank says the
 * same to an inquiry, where it can be asked. What cannot be acted upon yet waits in the inbox. A crash at any point: it is
 * still due there, and whatever was settled moves nothing a second time.
 */
@Injectable()
export class ProcessBankCallback {
  private readonly logger = new Logger(ProcessBankCallback.name);

  constructor(
    private readonly inbox: CallbackInbox,
    private readonly payouts: PayoutReader,
    private readonly banks: BankGateways,
    private readonly settlement: SettlePayout,
  ) {}

  /** @throws Overloaded */
  async execute(key: CallbackKey): Promise<void> {
    const callback = await this.inbox.find(key);
    if (callback?.subject !== 'payout') return;
    const verdict = await this.judge(callback);
    if (verdict === 'later' && callback.tries < MAX_TRIES)
      return this.inbox.postpone(key, Math.min(2 ** callback.tries, LONGEST_PAUSE_SECONDS));
    const outcome = verdict === 'later' ? 'not_confirmed' : verdict;
    if (outcome !== 'taken_in' && outcome !== 'unknown_reference') this.alarm(callback, outcome);
    await this.inbox.end(key, outcome);
  }

  private async judge(callback: PayoutCallback): Promise<Verdict> {
    const id = parseUuid(callback.reference);
    const payout = id === null ? null : await this.payouts.find(null, id);
    if (payout === null) return 'unknown_reference';
    // The bank has it before we have sent it, or a database restored to yesterday: it waits until that is cleared up.
    if (payout.gateway === null) return 'later';
    if (payout.gateway !== callback.gateway) return 'other_gateway';
    if (payout.amount.paise !== callback.amountMinor) return 'amount_mismatch';
    return this.takeIn(payout, callback);
  }

  private async takeIn(payout: PayoutState, callback: PayoutCallback): Promise<Verdict> {
    const { ending, digest, receivedAt } = callback;
    const { id, merchantId, gateway, attempts: attempt } = payout;
    const frees = ending.kind === 'rejected' || ending.kind === 'returned';
    if (frees && isBeingSubmitted(payout)) return 'later';
    if (frees && this.banks.get(gateway!)?.capabilities.canBeInquired === true) {
      const askedAt = new Date();
      const answer: BankAnswer = await this.banks.inquire(gateway!, id);
      const confirmed = answer.kind === ending.kind;
      if (!confirmed && answer.kind !== 'succeeded') return 'later';
      await this.settlement.execute(merchantId, id, { kind: 'inquiry', gateway: gateway!, attempt, askedAt }, answer);
      if (!confirmed) return 'later';
    }
    const call = { kind: 'callback', gateway: gateway!, attempt, askedAt: receivedAt } as const;
    const status = await this.settlement.execute(merchantId, id, call, { ...ending, digest });
    return frees && isOpen(status) ? 'later' : 'taken_in';
  }

  private alarm({ gateway, eventId, reference }: PayoutCallback, outcome: string): void {
    this.logger.error(`ALARM: callback ${eventId} of ${gateway} about ${reference} was not taken in: ${outcome}`);
  }
}

/** Its answer may be on its way. What the bank says of an earlier attempt must not release money under it. */
function isBeingSubmitted({ status, submissionEndsAt }: PayoutState): boolean {
  return status === 'processing' && submissionEndsAt !== null && submissionEndsAt.getTime() > Date.now();
}
