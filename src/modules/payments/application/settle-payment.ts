import { Injectable } from '@nestjs/common';
import type { CallMade } from '../../../shared/submissions/gateway-answer.js';
import type { Origin } from '../../../shared/origin.js';
import { endedCall, Settlements } from '../../gateways/gateways.public.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';
import { settleWithProvider } from '../domain/settlement.js';
import { ChangePayment, type PaymentKey } from './change-payment.js';

/**
 * Settles a provider's answer about a payment. The status, its money and the answer are stored in one commit, under
 * the book's lock. A crash before it: the provider is asked again; a crash after it: everything is done.
 */
@Injectable()
export class SettlePayment {
  constructor(
    private readonly payments: ChangePayment,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PaymentNotFound, Overloaded */
  async execute(key: PaymentKey, call: CallMade, answer: ProviderAnswer, origin: Origin | null = null): Promise<void> {
    const about = { what: 'payment', id: key.paymentId, gateway: call.gateway, ending: answer.kind } as const;
    await this.settlements.run(about, origin, async (inner, policy) => {
      let contradicted = false;
      const { status } = await this.payments.execute(
        key,
        (payment, now) =>
          void (contradicted = settleWithProvider(payment, { call: endedCall(call, now), answer, policy, now })),
        { origin: inner },
      );
      return { status, contradicted };
    });
  }
}
