import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { Config } from '../../../platform/config/config.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { BankGateways, Router } from '../../gateways/gateways.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { ChangePayout } from './change-payout.js';
import { digestOf, transferOf } from './bank-calls.js';
import { SettlePayout } from './settle-payout.js';

/** After about two seconds the lease is what helps: the inquiry finds the same answer again. */
const SETTLEMENT_TRIES = 4;
const SETTLEMENT_PAUSE_MS = 300;

/**
 * Takes one open payout one step further: submits it to the bank, or asks the bank about it.
 *
 * 1. The step is claimed under the book's lock and committed: who comes second, or too early, finds nothing to do. Nor
 *    does a submission for which no bank is to be had: it waits as it is, and the sweep comes back to it.
 *    A crash after it: the lease runs out, and the bank is asked before anything else.
 * 2. The bank is called, outside any transaction. A crash during or after it: as above.
 * 3. The answer is settled in one commit. A crash before it: as above; the inquiry finds the same answer again.
 */
@Injectable()
export class ProcessPayout {
  constructor(
    private readonly payouts: ChangePayout,
    private readonly settlement: SettlePayout,
    private readonly banks: BankGateways,
    private readonly router: Router,
    private readonly config: Config,
  ) {}

  /** @throws PayoutNotFound, Overloaded */
  async execute(merchantId: string, id: string, origin: Origin | null = null): Promise<void> {
    const claimedAt = performance.now();
    const { state, step } = await this.claim(merchantId, id, origin);
    if (step === null || !this.config.fitsIntoLease(claimedAt)) return;
    const gateway = state.gateway!;
    const askedAt = new Date();
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const answer = await (step === 'submit'
      ? this.banks.submit(gateway, transferOf(state), origin)
      : this.banks.inquire(gateway, id, origin));
    const call = { kind, gateway, attempt: state.attempts, askedAt } as const;
    await this.settle(() => this.settlement.execute(merchantId, id, call, answer, origin));
  }

  /** What the bank has said is in our hands: a book that is held for a moment is no reason to ask it all over again. */
  private async settle(settlement: () => Promise<unknown>): Promise<unknown> {
    for (let tries = 1; ; tries++) {
      try {
        return await settlement();
      } catch (error) {
        if (!(error instanceof Overloaded) || tries === SETTLEMENT_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, tries * SETTLEMENT_PAUSE_MS));
      }
    }
  }

  /** What is at one bank, or may be, goes to no other. */
  private gatewayFor({ id, merchantId, gateway, mode, amount, recipient }: PayoutState): string | null {
    if (gateway !== null) return this.router.admits(gateway, id) ? gateway : null;
    return this.router.choose({ id, merchantId, mode, amountPaise: amount.paise, ifsc: recipient.ifsc ?? null });
  }

  private async claim(merchantId: string, id: string, origin: Origin | null) {
    await this.router.refresh();
    let step: PayoutState['nextStep'] = null;
    const claim = (payout: Payout, now: Date): void => {
      const { status, nextStep, nextAttemptAt } = payout.state;
      // A pending payout is submitted as soon as a worker has it; its date only says when the sweep comes for it.
      const due = status === 'pending' || (nextAttemptAt !== null && nextAttemptAt <= now);
      step = due ? nextStep : null;
      const leaseEndsAt = new Date(now.getTime() + this.config.payoutProcessingTimeoutSeconds * 1000);
      if (step === 'submit') {
        const gateway = this.gatewayFor(payout.state);
        if (gateway === null) return void (step = null);
        const data = { mode: payout.state.mode, request_digest: digestOf(transferOf(payout.state)) };
        payout.submit(gateway, leaseEndsAt, { now, actor: 'system', data });
      }
      if (step === 'inquire') payout.plan({ nextAttemptAt: leaseEndsAt }, now);
    };
    const state = await this.payouts.execute(merchantId, id, claim, { origin });
    return { state, step: step as PayoutState['nextStep'] };
  }
}
