import { Injectable } from '@nestjs/common';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import type { HeldBack, NextStep } from '../../../shared/submissions/submission.js';
import {
  Admissions,
  BankGateways,
  type Choice,
  type GatewaysNow,
  monotonicNow,
  ConfiguredRecovery,
  Router,
  Settlements,
} from '../../gateways/gateways.public.js';
import type { Payout } from '../domain/payout.js';
import { isInDoubt } from '../domain/money-back.js';
import type { PayoutState } from '../domain/payout-state.js';
import { requestDigestOf } from '../domain/request-digest.js';
import { holdBack, holdOf } from './as-requested.js';
import { transferOf } from './bank-calls.js';
import { ChangePayout } from './change-payout.js';
import { SettlePayout } from './settle-payout.js';
import { payeeObstacle, readsOfPayee } from './who-may-be-paid.js';

/** Identifies a payout, as its jobs do. */
interface PayoutKey {
  readonly merchantId: string;
  readonly payoutId: string;
}

/**
 * Takes one open payout one step further: submits it to the bank, or asks the bank about it.
 *
 * 1. The step is claimed under the book's lock and committed: a worker that comes second, or too early, finds nothing
 *    to do. A submission that may not go now, or that no bank can take, stays due and records what it waits for. A
 *    payout that differs from its hold is never sent. A crash after it: the lease runs out, and the bank is asked
 *    before anything else.
 * 2. The bank is called, outside any transaction. A crash during or after it: as above.
 * 3. The answer is settled in one commit. A crash before it: as above; the inquiry gets the same answer again.
 */
@Injectable()
export class ProcessPayout {
  constructor(
    private readonly payouts: ChangePayout,
    private readonly settlement: SettlePayout,
    private readonly banks: BankGateways,
    private readonly admissions: Admissions,
    private readonly router: Router,
    private readonly recovery: ConfiguredRecovery,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PayoutNotFound, Overloaded */
  async execute({ merchantId, payoutId: id }: PayoutKey, origin: Origin | null = null): Promise<void> {
    await this.router.refresh();
    const claimedAt = monotonicNow();
    const claim = (gateways: GatewaysNow) => this.claim(merchantId, id, gateways, origin);
    const { state, step, trial, giveBack } = await this.admissions.decide({ merchantId, id }, claim);
    if (step === null) return;
    if (!this.recovery.fitsIntoLease(claimedAt)) return giveBack();
    const gateway = state.gateway!;
    const askedAtMs = monotonicNow();
    const transfer = transferOf(state);
    const answer = await (step === 'submit'
      ? this.banks.submit(gateway, transfer, { merchantId, attempt: state.attempts, trial, origin })
      : this.banks.inquire(gateway, transfer, origin));
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const call = { kind, gateway, attempt: state.attempts, askedAtMs } as const;
    await this.settlements.retried(() => this.settlement.execute(merchantId, id, call, answer, origin));
  }

  private async claim(merchantId: string, id: string, gateways: GatewaysNow, origin: Origin | null) {
    let step: NextStep | null = null;
    let choice: Choice | null = null;
    let heldBack = null as HeldBack | null;
    const state = await this.payouts.execute(
      merchantId,
      id,
      (payout, now, book) => {
        [step, choice] = [this.recovery.dueStep(payout.state, now), null];
        if (step === 'submit' && isInDoubt(payout.state)) step = 'inquire';
        heldBack = step === 'submit' ? holdBack(book, payout, now) : null;
        if (heldBack !== null) step = null;
        if (step === 'inquire') payout.plan(this.recovery.inquiryClaimed(payout.state, now), now);
        if (step !== 'submit') return;
        const obstacle = payeeObstacle(book, id);
        choice = obstacle === null ? this.choose(payout.state, gateways) : { kind: 'wait', for: obstacle };
        if (choice.kind === 'go') return this.submit(payout, choice.gateway, now);
        if (choice.kind === 'wait') payout.waitFor(choice.for, { now, actor: 'system' }, choice.at);
        step = null;
      },
      { origin, reads: [...readsOfPayee(id), holdOf(id)] },
    );
    if (heldBack !== null) this.settlements.alarmHeldBack('payout', id, heldBack, origin);
    return { state, step: step as NextStep | null, choice: choice as Choice | null };
  }

  private submit(payout: Payout, gateway: string, now: Moment): void {
    const data = { mode: payout.state.mode, request_digest: requestDigestOf(payout.state) };
    payout.submit(gateway, this.recovery.leaseEnd(now), { now, actor: 'system', data });
  }

  private choose({ id, merchantId, gateway, mode, amount, recipient }: PayoutState, gateways: GatewaysNow): Choice {
    const { ifsc = null } = recipient;
    return this.router.choose({ id, merchantId, gateway, mode, amountPaise: amount.paise, ifsc }, gateways);
  }
}
