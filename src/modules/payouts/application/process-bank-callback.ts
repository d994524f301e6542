import { Injectable } from '@nestjs/common';
import { type CallMade, isAnother } from '../../../shared/submissions/gateway-answer.js';
import { parseUuid } from '../../../shared/ids.js';
import { mayBeOnItsWay } from '../../../shared/submissions/submission.js';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import {
  BankGateways,
  type CallbackKey,
  CallbackProcessing,
  type CallbackVerdict,
  ConfiguredRecovery,
} from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import type { PayoutState } from '../domain/payout-state.js';
import { isInDoubt, isInQuestion, mayPayoutBeOnItsWay } from '../domain/money-back.js';
import {
  callOf,
  type CallbackMeaning,
  comparedWith,
  inquireAbout,
  isFailure,
  type KnownEnding,
  type PayoutCallback,
  saysNothing,
} from './bank-calls.js';
import { SettlePayout } from './settle-payout.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

/**
 * Acts on a bank's callback that was verified and stored.
 *
 * A callback that says that nothing was paid, or that money came back, would make money available. If the bank can be
 * asked, such a callback is believed only when the bank says the same to an inquiry; so is any callback about a payout
 * in doubt. A callback that is `unrecognized`, or about another transfer, is only a reason to ask. What survives a
 * crash: see `CallbackProcessing`.
 */
@Injectable()
export class ProcessBankCallback {
  constructor(
    private readonly processing: CallbackProcessing,
    private readonly payouts: PayoutReader,
    private readonly banks: BankGateways,
    private readonly settlement: SettlePayout,
    private readonly clock: ServerClock,
    private readonly recovery: ConfiguredRecovery,
  ) {}

  /** @throws Overloaded */
  execute(key: CallbackKey): Promise<void> {
    return this.processing.execute(key, (callback) => (callback.subject === 'payout' ? this.judge(callback) : null));
  }

  private async judge(callback: PayoutCallback): Promise<CallbackVerdict> {
    const id = parseUuid(callback.reference);
    const payout = id === null ? null : await this.payouts.find(null, id);
    if (payout === null) return 'unknown_reference';
    // As far as the database knows, the payout was never sent; the database may have been restored to an earlier state.
    // The callback waits until that is cleared up.
    if (payout.gateway === null) return 'later';
    if (payout.gateway !== callback.gateway) return 'other_gateway';
    const { difference, ending } = comparedWith(payout, callback);
    return difference === null && ending.kind !== 'unrecognized'
      ? this.settle(payout, callback, ending)
      : this.ask(payout, callback, ending, difference);
  }

  /**
   * The callback alone is not trusted: the bank is asked, and its answer counts. The callback is kept for a person. A
   * callback about another transfer may be a mistake in this one message: it counts only if the bank's answer does not
   * name the amount and the destination.
   */
  private async ask(
    payout: PayoutState,
    callback: PayoutCallback,
    ending: CallbackMeaning,
    difference: CallbackVerdict | null,
  ): Promise<CallbackVerdict> {
    const verdict = difference ?? 'unrecognized';
    if (difference === null && mayBeOnItsWay(payout, await this.clock.now())) return 'later';
    const bank = this.banks.get(callback.gateway);
    if (bank === null) return 'later';
    if (!bank.capabilities.canBeInquired) {
      if (ending.kind !== 'unrecognized') await this.takeIn(payout, callOf(payout, callback), ending);
      return verdict;
    }
    const { call, answer } = await inquireAbout(this.banks, payout);
    if (difference === null && saysNothing(answer)) return 'later';
    // The answer may leave out just what differs.
    if (difference === null || answer.isSame === true || isAnother(answer)) await this.takeIn(payout, call, answer);
    else if (ending.kind !== 'unrecognized') await this.takeIn(payout, callOf(payout, callback), ending);
    return verdict;
  }

  private async settle(payout: PayoutState, callback: PayoutCallback, ending: KnownEnding): Promise<CallbackVerdict> {
    const takeIn = () => this.takeIn(payout, callOf(payout, callback), ending);
    // "Still in progress" changes nothing, and needs no confirmation.
    if (ending.kind === 'pending') return takeIn().then(() => 'taken_in');
    // Perhaps only another process has this bank enabled. The callback is still not believed without asking the bank.
    const bank = this.banks.get(callback.gateway);
    if (bank === null) return 'later';
    const freesMoney = isFailure(ending);
    const policy = this.recovery.policyFor(bank.capabilities);
    if (freesMoney && mayPayoutBeOnItsWay(payout, await this.clock.now(), policy)) return 'later';
    const isBelieved = !freesMoney && !isInDoubt(payout);
    if (isBelieved || !bank.capabilities.canBeInquired) return verdictOn(await takeIn());
    // For a completed payout the callback is half of the proof, and recorded. An open one would be released by it.
    if (payout.status === 'completed') await takeIn();
    const { call, answer } = await inquireAbout(this.banks, payout);
    if (answer.kind === 'pending' || answer.kind === 'not_found' || saysNothing(answer)) return 'later';
    const state = await this.takeIn(payout, call, answer);
    return freesMoney === isFailure(answer) ? verdictOn(state) : 'later';
  }

  private takeIn({ merchantId, id }: PayoutState, call: CallMade, answer: BankAnswer): Promise<PayoutState> {
    return this.settlement.execute(merchantId, id, call, answer);
  }
}

function verdictOn(state: PayoutState): CallbackVerdict {
  return isInQuestion(state) ? 'later' : 'taken_in';
}
