import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import type { HeldBack, NextStep } from '../../../shared/submissions/submission.js';
import {
  Admissions,
  type Choice,
  type GatewaysNow,
  monotonicNow,
  PaymentGateways,
  ConfiguredRecovery,
  Settlements,
} from '../../gateways/gateways.public.js';
import { isMerchantActive, merchantRows } from '../../merchants/merchants.public.js';
import type { Refund } from '../domain/refund.js';
import { holdBack, holdOf } from './as-requested.js';
import { ChangeRefund, type RefundKey } from './change-refund.js';
import { answerAbout, refundOrderOf } from './provider-calls.js';
import { SettleRefund } from './settle-refund.js';

/**
 * Takes one open refund one step further: submits it to the provider that has the charge, or asks about it. Claim, call
 * and settlement, and what survives a crash between them, are as in `ProcessPayment`.
 */
@Injectable()
export class ProcessRefund {
  constructor(
    private readonly refunds: ChangeRefund,
    private readonly settlement: SettleRefund,
    private readonly gateways: PaymentGateways,
    private readonly admissions: Admissions,
    private readonly recovery: ConfiguredRecovery,
    private readonly settlements: Settlements,
  ) {}

  /** @throws RefundNotFound, Overloaded */
  async execute(key: RefundKey, origin: Origin | null = null): Promise<void> {
    const claimedAt = monotonicNow();
    const order = { merchantId: key.merchantId, id: key.refundId };
    const claim = (gateways: GatewaysNow) => this.claim(key, gateways, origin);
    const { payment, refund, step, trial, giveBack } = await this.admissions.decide(order, claim);
    if (step === null) return;
    if (!this.recovery.fitsIntoLease(claimedAt)) return giveBack();
    const gateway = payment.gateway!;
    const askedAtMs = monotonicNow();
    const answer = await (step === 'submit'
      ? this.gateways.refund(gateway, refundOrderOf(refund, payment), {
          merchantId: key.merchantId,
          attempt: refund.attempts,
          trial,
          origin,
        })
      : answerAbout(this.gateways, { payment, refund }, origin));
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const call = { kind, gateway, attempt: refund.attempts, askedAtMs } as const;
    await this.settlements.retried(() => this.settlement.execute(key, call, answer, origin));
  }

  private async claim(key: RefundKey, gateways: GatewaysNow, origin: Origin | null) {
    let step: NextStep | null = null;
    let choice: Choice | null = null;
    let heldBack = null as HeldBack | null;
    const claimed = await this.refunds.execute(
      key,
      (refund, now, book) => {
        [step, choice] = [this.recovery.dueStep(refund.state, now), null];
        heldBack = step === 'submit' ? holdBack(book, refund, now) : null;
        if (heldBack !== null) step = null;
        const leaseEndsAt = this.recovery.leaseEnd(now);
        if (step === 'inquire') refund.plan(this.recovery.inquiryClaimed(refund.state, now), now);
        if (step !== 'submit') return;
        choice = isMerchantActive(book) ? this.choose(refund, gateways) : { kind: 'wait', for: 'merchant_inactive' };
        const cause = { now, actor: 'system' };
        if (choice.kind === 'go') return refund.submit(leaseEndsAt, cause);
        if (choice.kind === 'wait') refund.waitFor(choice.for, cause, choice.at);
        step = null;
      },
      { origin, reads: [merchantRows.row(''), holdOf(key.refundId)] },
    );
    if (heldBack !== null) this.settlements.alarmHeldBack('refund', key.refundId, heldBack, origin);
    return { ...claimed, step: step as NextStep | null, choice: choice as Choice | null };
  }

  /** A refund goes only to the provider that has the charge. */
  private choose({ payment }: Refund, gateways: GatewaysNow): Choice {
    return gateways.firstFor(this.gateways.candidatesFor(payment.state));
  }
}
