import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { assertSendingIsKnown, Availability } from '../../gateways/gateways.public.js';
import { isMerchantActive, MerchantInactive, merchantRows } from '../../merchants/merchants.public.js';
import { PAYMENT_CANCELLED } from '../../gateways/gateways.language.js';
import type { PaymentState } from '../domain/payment-state.js';
import { allowedByHand, InvalidPaymentTransition } from '../domain/payment-status.js';
import { ChangePayment, type PaymentKey } from './change-payment.js';

/** Who cancels a payment. */
interface CancelledBy {
  readonly actor: string;
  /** False: an operator, who may cancel for an inactive merchant too. */
  readonly isMerchant: boolean;
  readonly origin: Origin;
}

/**
 * Takes back a payment that no provider has. Nothing was charged. A repeated request gets the same answer, so no key is
 * needed. After a failover that may have lost what was sent, only operators may cancel.
 */
@Injectable()
export class CancelPayment {
  constructor(
    private readonly payments: ChangePayment,
    private readonly availability: Availability,
  ) {}

  /**
   * @throws PaymentNotFound, MerchantInactive, InvalidPaymentTransition once a provider may have it, Overloaded,
   *   SubmissionsStopped
   */
  async execute(key: PaymentKey, { actor, isMerchant, origin }: CancelledBy): Promise<PaymentState> {
    const gateways = await this.availability.now();
    return this.payments.execute(
      key,
      (payment, now, book) => {
        const { status, gateway, failure } = payment.state;
        if (gateway === null && failure?.code === PAYMENT_CANCELLED.code) return;
        if (isMerchant && !isMerchantActive(book)) throw new MerchantInactive();
        if (!allowedByHand('merchant', status).includes('failed'))
          throw new InvalidPaymentTransition(status, 'cancelled', []);
        if (isMerchant) assertSendingIsKnown(gateways);
        payment.fail(PAYMENT_CANCELLED, { now, actor });
      },
      { origin, reads: [merchantRows.row('')] },
    );
  }
}
