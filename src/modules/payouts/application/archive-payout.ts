import { Injectable } from '@nestjs/common';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import type { Payout } from '../domain/payout.js';
import { allowedStatuses, InvalidTransition } from '../domain/payout-status.js';
import { ChangePayout } from './change-payout.js';

/**
 * An operator takes a payout out of the lists: a waiting one is cancelled first, one at the bank is refused.
 * It stays readable by its id, and the ledger keeps everything. Asked again it changes nothing.
 */
@Injectable()
export class ArchivePayout {
  constructor(private readonly payouts: ChangePayout) {}

  /** @throws PayoutNotFound, InvalidTransition while the payout is processing */
  async execute(merchantId: string, id: string, actor: string, reason: string | null, origin: Origin): Promise<void> {
    const archive = (payout: Payout, now: Moment): void => {
      const { status, archivedAt } = payout.state;
      if (archivedAt !== null) return;
      if (status === 'processing') {
        throw new InvalidTransition(status, 'archived', allowedStatuses('operator', status));
      }
      if (status === 'pending') payout.cancel({ now, actor, reason });
      payout.archive({ now, actor, reason });
    };
    await this.payouts.execute(merchantId, id, archive, { origin });
  }
}
