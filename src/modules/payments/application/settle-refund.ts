import { Injectable } from '@nestjs/common';
import type { CallMade } from '../../../shared/submissions/gateway-answer.js';
import type { Origin } from '../../../shared/origin.js';
import { endedCall, Settlements } from '../../gateways/gateways.public.js';
import type { ProviderAnswer } from '../../gateways/gateways.language.js';
import { settleWithProvider } from '../domain/settlement.js';
import { ChangeRefund, type RefundKey } from './change-refund.js';

/** Settles a provider's answer about a refund; what survives a crash is as in `SettlePayment`. */
@Injectable()
export class SettleRefund {
  constructor(
    private readonly refunds: ChangeRefund,
    private readonly settlements: Settlements,
  ) {}

  /** @throws RefundNotFound, Overloaded */
  async execute(key: RefundKey, call: CallMade, answer: ProviderAnswer, origin: Origin | null = null): Promise<void> {
    const about = { what: 'refund', id: key.refundId, gateway: call.gateway, ending: answer.kind } as const;
    await this.settlements.run(about, origin, async (inner, policy) => {
      let contradicted = false;
      const { refund } = await this.refunds.execute(
        key,
        (order, now) =>
          void (contradicted = settleWithProvider(order, { call: endedCall(call, now), answer, policy, now })),
        { origin: inner },
      );
      return { status: refund.status, contradicted };
    });
  }
}
