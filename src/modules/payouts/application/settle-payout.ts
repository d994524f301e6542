import { Injectable } from '@nestjs/common';
import type { CallMade } from '../../../shared/submissions/gateway-answer.js';
import type { Origin } from '../../../shared/origin.js';
import { endedCall, Settlements } from '../../gateways/gateways.public.js';
import { ledgerCauses } from '../../ledger/ledger.public.js';
import type { PayoutState } from '../domain/payout-state.js';
import { settlePayout } from '../domain/settlement.js';
import { UtrSettings } from '../payouts.settings.js';
import { ChangePayout } from './change-payout.js';
import { settlementCause } from './stage-payout.js';
import type { BankAnswer } from '../../gateways/gateways.language.js';

/**
 * Settles a bank's answer about a payout. The status, its money and the answer are stored in one commit, under the
 * book's lock. A crash before it: the bank is asked again, or repeats its callback; a crash after it: everything is
 * done.
 */
@Injectable()
export class SettlePayout {
  constructor(
    private readonly payouts: ChangePayout,
    private readonly settlements: Settlements,
    private readonly utrs: UtrSettings,
  ) {}

  /**
   * @param origin the request that the answer goes back to, if known
   * @returns the payout as it is now
   * @throws PayoutNotFound, Overloaded
   */
  async execute(
    merchantId: string,
    id: string,
    call: CallMade,
    answer: BankAnswer,
    origin: Origin | null = null,
  ): Promise<PayoutState> {
    const about = { what: 'payout', id, gateway: call.gateway, ending: answer.kind } as const;
    const mayReverse = answer.kind === 'returned' || answer.kind === 'rejected';
    const reads = mayReverse ? [ledgerCauses.row(settlementCause(id))] : [];
    const utrWaitMs = this.utrs.waitHours * 3_600_000;
    const { state } = await this.settlements.run(about, origin, async (inner, recovery) => {
      const policy = { ...recovery, utrWaitMs };
      let contradicted = false;
      const state = await this.payouts.execute(
        merchantId,
        id,
        (payout, now) =>
          void (contradicted = settlePayout(payout, { call: endedCall(call, now), answer, policy, now })),
        { origin: inner, reads },
      );
      return { state, status: state.status, contradicted };
    });
    return state;
  }
}
