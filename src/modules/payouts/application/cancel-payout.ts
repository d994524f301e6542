import { Injectable } from '@nestjs/common';
import type { PayoutState } from '../domain/payout-state.js';
import { ChangePayout } from './change-payout.js';

/**
 * Takes back a payout that has not gone to the bank; its hold is released in the same commit.
 * Asked again it answers the same, so it needs no key.
 */
@Injectable()
export class CancelPayout {
  constructor(private readonly payouts: ChangePayout) {}

  /** @throws PayoutNotFound, InvalidTransition once the payout may be with the bank */
  execute(merchantId: string, id: string, actor: string): Promise<PayoutState> {
    return this.payouts.execute(merchantId, id, (payout, now) => {
      if (payout.state.status !== 'cancelled') payout.cancel({ now, actor });
    });
  }
}
