import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { MerchantInactive, merchantRows } from '../../merchants/merchants.public.js';
import type { PayoutState } from '../domain/payout-state.js';
import { kindOfActor } from '../domain/payout-status.js';
import { ChangePayout } from './change-payout.js';

/**
 * Takes back a payout that has not gone to the bank; its hold is released in the same commit.
 * Asked again it answers the same, so it needs no key.
 */
@Injectable()
export class CancelPayout {
  constructor(private readonly payouts: ChangePayout) {}

  /** @throws PayoutNotFound, MerchantInactive, InvalidTransition once the payout may be with the bank */
  execute(merchantId: string, id: string, actor: string, origin: Origin): Promise<PayoutState> {
    return this.payouts.execute(
      merchantId,
      id,
      (payout, now, book) => {
        if (payout.state.status === 'cancelled') return;
        if (kindOfActor(actor) === 'merchant' && !book.get(merchantRows, '')?.isActive) throw new MerchantInactive();
        payout.cancel({ now, actor });
      },
      { reads: [merchantRows.row('')], origin },
    );
  }
}
