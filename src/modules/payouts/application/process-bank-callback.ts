import { Injectable } from '@nestjs/common';
import { isAnother } from '../../../shared/gateway-answer.js';
import { parseUuid } from '../../../shared/ids.js';
import { isBeingSubmitted } from '../../../shared/submission.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import {
  BankGateways,
  type CallbackKey,
  CallbackProcessing,
  type CallbackVerdict,
} from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import type { PayoutState } from '../domain/payout-state.js';
import { isInQuestion } from '../domain/money-back.js';
import { callOf, comparedWith, type KnownEnding, type PayoutCallback, transferOf } from './bank-calls.js';
import { SettlePayout } from './settle-payout.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

/**
 * Acts on a bank's callback that was verified and stored.
 *
 * That nothing was paid, or that money came back, makes money available; so it is believed only when the bank says the
 * same to an inquiry, where it can be asked. What is `unrecognized` is only a reason to ask. What survives a crash: see
 * `CallbackProcessing`.
 */
@Injectable()
export class ProcessBankCallback {
  constructor(
    private readonly processing: CallbackProcessing,
    private readonly payouts: PayoutReader,
    private readonly banks: BankGateways,
    private readonly settlement: SettlePayout,
    private readonly clock: ServerClock,
  ) {}

  /** @throws Overloaded */
  execute(key: CallbackKey): Promise<void> {
    return this.processing.execute(key, (callback) => (callback.subject === 'payout' ? this.judge(callback) : null));
  }

  private async judge(callback: PayoutCallback): Promise<CallbackVerdict> {
    const id = parseUuid(callback.reference);
    const payout = id === null ? null : await this.payouts.find(null, id);
    if (payout === null) return 'unknown_reference';
    // The bank has it before we have sent it, or the database was restored to yesterday: it waits until that is cleared
    // up.
    if (payout.gateway === null) return 'later';
    if (payout.gateway !== callback.gateway) return 'other_gateway';
    const { difference, ending } = comparedWith(payout, callback);
    if (ending.kind === 'unrecognized') return difference ?? this.inquire(payout, callback.gateway);
    if (difference === null) return this.settle(payout, callback, ending);
    // What the bank says of the reference afterwards may be about that other transfer.
    await this.settlement.execute(payout.merchantId, payout.id, callOf(payout, callback), ending);
    return difference;
  }

  /** Whatever the bank meant, it says in other words now; the message itself stays for a person. */
  private async inquire(payout: PayoutState, gateway: string): Promise<CallbackVerdict> {
    const { id, merchantId, attempts: attempt } = payout;
    if (isBeingSubmitted(payout, await this.clock.now())) return 'later';
    const bank = this.banks.get(gateway);
    if (bank === null) return 'later';
    if (!bank.capabilities.canBeInquired) return 'unrecognized';
    const askedAtMs = performance.now();
    const answer = await this.banks.inquire(gateway, transferOf(payout));
    if (answer.kind === 'unknown' && !isAnother(answer)) return 'later';
    await this.settlement.execute(merchantId, id, { kind: 'inquiry', gateway, attempt, askedAtMs }, answer);
    return 'unrecognized';
  }

  private async settle(payout: PayoutState, callback: PayoutCallback, ending: KnownEnding): Promise<CallbackVerdict> {
    const { id, merchantId, attempts: attempt } = payout;
    const { gateway } = callback;
    const takeIn = () => this.settlement.execute(merchantId, id, callOf(payout, callback), ending);
    // That it is still at it changes nothing, and needs no confirmation.
    if (ending.kind === 'pending') {
      await takeIn();
      return 'taken_in';
    }
    // This process may not have the bank that another one has; nothing is believed unasked for that.
    const bank = this.banks.get(gateway);
    if (bank === null) return 'later';
    const freesMoney = ending.kind === 'rejected' || ending.kind === 'returned';
    if (freesMoney && isBeingSubmitted(payout, await this.clock.now())) return 'later';
    if (!freesMoney || !bank.capabilities.canBeInquired) return verdictOn(await takeIn());
    // Of a completed payout it is half of a proof, and kept. Of an open one it would release the hold by itself.
    if (payout.status === 'completed') await takeIn();
    const askedAtMs = performance.now();
    const answer: BankAnswer = await this.banks.inquire(gateway, transferOf(payout));
    const saysNothing = answer.kind === 'pending' || answer.kind === 'not_found';
    if (saysNothing || (answer.kind === 'unknown' && !isAnother(answer))) return 'later';
    const inquiry = { kind: 'inquiry', gateway, attempt, askedAtMs } as const;
    const state = await this.settlement.execute(merchantId, id, inquiry, answer);
    const confirmed = answer.kind === 'rejected' || answer.kind === 'returned';
    return confirmed ? verdictOn(state) : 'later';
  }
}

function verdictOn(state: PayoutState): CallbackVerdict {
  return isInQuestion(state) ? 'later' : 'taken_in';
}
