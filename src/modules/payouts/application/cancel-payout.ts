import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { assertSendingIsKnown, Availability } from '../../gateways/gateways.public.js';
import { isMerchantActive, MerchantInactive, merchantRows } from '../../merchants/merchants.public.js';
import type { PayoutState } from '../domain/payout-state.js';
import { assertTransition, kindOfActor } from '../domain/payout-status.js';
import { EndPayout } from './end-payout.js';

export interface CancelPayoutCommand {
  readonly merchantId: string;
  readonly id: string;
  readonly actor: string;
  readonly origin: Origin;
}

/**
 * Takes back a payout that has not gone to the bank; its hold is released in the same commit.
 * A repeated request gets the same answer, so no key is needed. After a failover that may have lost what was sent, only
 * operators may cancel: they clear up what merchants have repeated.
 */
@Injectable()
export class CancelPayout {
  constructor(
    private readonly ending: EndPayout,
    private readonly availability: Availability,
  ) {}

  /**
   * @throws PayoutNotFound, MerchantInactive, InvalidTransition once the payout may be with the bank,
   *   PayoutNotAsRequested, SubmissionsStopped
   */
  async execute({ merchantId, id, actor, origin }: CancelPayoutCommand): Promise<PayoutState> {
    const gateways = await this.availability.now();
    const kind = kindOfActor(actor);
    return this.ending.execute(
      merchantId,
      id,
      (payout, now, book, end) => {
        if (payout.state.status === 'cancelled') return;
        if (kind === 'merchant' && !isMerchantActive(book)) throw new MerchantInactive();
        assertTransition(kind, payout.state.status, 'cancelled');
        if (kind === 'merchant') assertSendingIsKnown(gateways);
        end(() => payout.cancel({ now, actor }));
      },
      { reads: [merchantRows.row('')], origin },
    );
  }
}
