import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { MerchantInactive, merchantRows } from '../../merchants/merchants.public.js';
import type { PayoutState } from '../domain/payout-state.js';
import { assertTransition, kindOfActor } from '../domain/payout-status.js';
import { EndPayout } from './end-payout.js';

/**
 * Takes back a payout that has not gone to the bank; its hold is released in the same commit.
 * Asked again it answers the same, so it needs no key.
 */
@Injectable()
export class CancelPayout {
  constructor(private readonly ending: EndPayout) {}

  /** @throws PayoutNotFound, MerchantInactive, InvalidTransition once the payout may be with the bank, PayoutNotAsRequested */
  execute(merchantId: string, id: string, actor: string, origin: Origin): Promise<PayoutState> {
    return this.ending.execute(
      merchantId,
      id,
      (payout, now, book) => {
        if (payout.state.status === 'cancelled') return null;
        if (kindOfActor(actor) === 'merchant' && !book.get(merchantRows, '')?.isActive) throw new MerchantInactive();
        assertTransition(kindOfActor(actor), payout.state.status, 'cancelled');
        return () => payout.cancel({ now, actor });
      },
      { reads: [merchantRows.row('')], origin },
    );
  }
}
