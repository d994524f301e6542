import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { dueStep, type NextStep } from '../../../shared/submission.js';
import { Availability, PaymentGateways, Recovery, Settlements } from '../../gateways/gateways.public.js';
import { ChangeRefund, type RefundKey } from './change-refund.js';
import { inquireAboutRefund, refundOrderOf } from './provider-calls.js';
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
    private readonly availability: Availability,
    private readonly recovery: Recovery,
    private readonly settlements: Settlements,
  ) {}

  /** @throws RefundNotFound, Overloaded */
  async execute(key: RefundKey, origin: Origin | null = null): Promise<void> {
    await this.availability.refresh();
    const claimedAt = performance.now();
    const { payment, refund, step } = await this.claim(key, origin);
    if (step === null || !this.recovery.fitsIntoLease(claimedAt)) return;
    const gateway = payment.gateway!;
    const askedAt = new Date();
    const answer = await (step === 'submit'
      ? this.gateways.refund(gateway, refundOrderOf(refund, payment), origin)
      : inquireAboutRefund(this.gateways, refund, payment, origin));
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const call = { kind, gateway, attempt: refund.attempts, askedAt } as const;
    await this.settlements.retried(() => this.settlement.execute(key, call, answer, origin));
  }

  private async claim(key: RefundKey, origin: Origin | null) {
    let step: NextStep | null = null;
    const claimed = await this.refunds.execute(
      key,
      (refund, now) => {
        step = dueStep(refund.state, now);
        const leaseEndsAt = this.recovery.leaseEnd(now);
        if (step === 'inquire') refund.plan({ nextAttemptAt: leaseEndsAt }, now);
        if (step !== 'submit') return;
        if (this.availability.admits(refund.payment.state.gateway!, refund.state.id))
          refund.submit(leaseEndsAt, { now, actor: 'system' });
        else step = null;
      },
      origin,
    );
    return { ...claimed, step: step as NextStep | null };
  }
}
