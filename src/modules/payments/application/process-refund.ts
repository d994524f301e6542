import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import type { Origin } from '../../../shared/origin.js';
import { Config } from '../../../platform/config/config.public.js';
import { Availability, PaymentGateways } from '../../gateways/gateways.public.js';
import type { RefundState } from '../domain/payment-state.js';
import { Refund } from '../domain/refund.js';
import { ChangeOrder, type OrderKey } from './change-order.js';
import { inquireAbout, refundOrderOf } from './provider-calls.js';
import { SettleOrder } from './settle-order.js';

/**
 * Takes one open refund one step further: submits it to the provider that has the charge, or asks about it. Claim, call
 * and settlement, and what survives a crash between them, are as in `ProcessPayment`.
 */
@Injectable()
export class ProcessRefund {
  constructor(
    private readonly orders: ChangeOrder,
    private readonly settlement: SettleOrder,
    private readonly gateways: PaymentGateways,
    private readonly availability: Availability,
    private readonly config: Config,
  ) {}

  /** @throws PaymentNotFound, Overloaded */
  async execute(key: OrderKey & { readonly refundId: string }, origin: Origin | null = null): Promise<void> {
    await this.availability.refresh();
    const claimedAt = performance.now();
    const { payment, refund, step } = await this.claim(key, origin);
    if (step === null || !this.config.fitsIntoLease(claimedAt)) return;
    const gateway = payment.gateway!;
    const askedAt = new Date();
    const kind = step === 'submit' ? 'submission' : 'inquiry';
    const answer = await (step === 'submit'
      ? this.gateways.refund(gateway, refundOrderOf(refund, payment), origin)
      : inquireAbout(this.gateways, payment, refund, origin));
    await this.settlement.execute(key, { kind, gateway, attempt: refund.attempts, askedAt }, answer, origin);
  }

  private async claim(key: OrderKey, origin: Origin | null) {
    let step: RefundState['nextStep'] = null;
    const { payment, refund } = await this.orders.execute(
      key,
      (order, now) => {
        assert(order instanceof Refund, 'the key names a refund');
        const { attempts, nextStep, nextAttemptAt, id } = order.state;
        // A new refund is submitted as soon as a worker has it; its date only says when the sweep comes for it.
        const due = attempts === 0 || (nextAttemptAt !== null && nextAttemptAt <= now);
        step = due ? nextStep : null;
        const leaseEndsAt = new Date(now.getTime() + this.config.payoutProcessingTimeoutSeconds * 1000);
        if (step === 'inquire') order.plan({ nextAttemptAt: leaseEndsAt }, now);
        if (step !== 'submit') return;
        if (!this.availability.admits(order.payment.state.gateway!, id)) return void (step = null);
        order.submit(leaseEndsAt, { now, actor: 'system' });
      },
      origin,
    );
    return { payment, refund: refund!, step: step as RefundState['nextStep'] };
  }
}
