import { Injectable } from '@nestjs/common';
import { comesFirst, failureByHand } from '../../../shared/submissions/end-by-hand.js';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import { BankGateways, type InquiryEnding, monotonicNow } from '../../gateways/gateways.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { assertTransition, type PayoutStatus } from '../domain/payout-status.js';
import { BankHasIt, OutcomeUnknown } from '../domain/refusals.js';
import { asToBeFailed } from '../domain/settlement.js';
import { transferOf } from './bank-calls.js';
import { ChangePayout } from './change-payout.js';
import { type End, type EndingChange, EndPayout } from './end-payout.js';
import { SettlePayout } from './settle-payout.js';
import { assertMayBePaid, readsOfPayee } from './who-may-be-paid.js';
import { FAILED_BY_OPERATOR } from '../../gateways/gateways.language.js';

const BY_HAND = {
  byOperator: FAILED_BY_OPERATOR,
  hasIt: (reported: 'succeeded' | 'returned' | 'pending') => new BankHasIt(reported),
  outcomeUnknown: () => new OutcomeUnknown(),
};

export interface TransitionPayoutCommand {
  readonly merchantId: string;
  readonly id: string;
  readonly actor: string;
  readonly status: PayoutStatus;
  readonly reason: string;
  /** The bank's transaction reference; required to complete. */
  readonly utr: string | null;
  readonly origin: Origin;
}

/**
 * An operator moves a payout: sends it off now, cancels it, or ends it by hand. The money moves with the status in one
 * commit, and the timeline says who did it and why. Before a payout is failed by hand, the bank is asked, outside any
 * transaction; its answer is judged again under the lock, against the payout as it is then.
 */
@Injectable()
export class TransitionPayout {
  constructor(
    private readonly payouts: ChangePayout,
    private readonly ending: EndPayout,
    private readonly banks: BankGateways,
    private readonly settlement: SettlePayout,
  ) {}

  /**
   * @throws PayoutNotFound, InvalidTransition, MerchantInactive, BankAccountInactive, BankHasIt, OutcomeUnknown,
   *   PayoutNotAsRequested
   */
  async execute(command: TransitionPayoutCommand): Promise<PayoutState> {
    const { merchantId, id, status, origin } = command;
    const seen = await this.payouts.execute(merchantId, id, ({ state }) => {
      assertTransition('operator', state.status, status);
    });
    const inquired = status === 'failed' && seen.gateway !== null;
    const askedAtMs = monotonicNow();
    const answer = inquired ? await this.banks.inquire(seen.gateway, transferOf(seen), origin) : null;
    // News that the operator does not know yet is settled first; then the request is refused.
    if (inquired && answer !== null && comesFirst(answer, seen.bankHasAnotherSince !== null)) {
      const call = { kind: 'inquiry', gateway: seen.gateway, attempt: seen.attempts, askedAtMs } as const;
      await this.settlement.execute(merchantId, id, call, answer, origin);
      throw answer.kind === 'succeeded' || answer.kind === 'returned'
        ? new BankHasIt(answer.kind)
        : new OutcomeUnknown();
    }
    const move: EndingChange = (payout, now, book, end) => {
      assertTransition('operator', payout.state.status, status);
      // The answer is about the payout as it was then: any step or answer since then invalidates it.
      if (status === 'failed' && payout.state.revision !== seen.revision) throw new OutcomeUnknown();
      if (status === 'processing') assertMayBePaid(book, id);
      this.move(payout, command, answer, now, end);
    };
    const reads = readsOfPayee(id);
    return this.ending.execute(merchantId, id, move, { origin, reads, isPaid: status === 'completed' });
  }

  private move(
    payout: Payout,
    command: TransitionPayoutCommand,
    answer: InquiryEnding | null,
    now: Moment,
    end: End,
  ): void {
    const data = answer === null ? {} : { bank_said: answer.kind };
    const cause = { now, actor: command.actor, reason: command.reason, data };
    if (command.status === 'cancelled') return end(() => payout.cancel(cause));
    if (command.status === 'completed') return end(() => payout.complete(command.utr!, cause));
    if (command.status !== 'failed') return payout.sendOff(cause);
    const failure = failureByHand(asToBeFailed(payout.state), answer, now, BY_HAND);
    end(() => payout.fail(failure, cause));
  }
}
