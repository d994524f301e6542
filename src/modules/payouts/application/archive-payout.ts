import { Injectable } from '@nestjs/common';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import type { Payout } from '../domain/payout.js';
import { allowedStatuses, InvalidTransition } from '../domain/payout-status.js';
import { EndPayout } from './end-payout.js';

/**
 * An operator takes a payout out of the lists: a waiting one is cancelled first, one at the bank is refused.
 * It stays readable by its id, and the ledger keeps everything. Asked again it changes nothing.
 */
@Injectable()
export class ArchivePayout {
  constructor(private readonly ending: EndPayout) {}

  /** @throws PayoutNotFound, InvalidTransition while the payout is processing, PayoutNotAsRequested */
  async execute(merchantId: string, id: string, actor: string, reason: string | null, origin: Origin): Promise<void> {
    const archive = (payout: Payout, now: Moment): (() => void) | null => {
      const { status, archivedAt } = payout.state;
      if (archivedAt !== null) return null;
      if (status === 'processing') {
        throw new InvalidTransition(status, 'archived', allowedStatuses('operator', status));
      }
      const cause = { now, actor, reason };
      if (status === 'pending')
        return () => {
          payout.cancel(cause);
          payout.archive(cause);
        };
      payout.archive(cause);
      return null;
    };
    await this.ending.execute(merchantId, id, archive, { origin });
  }
}
