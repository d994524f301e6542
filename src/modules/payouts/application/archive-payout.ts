import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { allowedStatuses, InvalidTransition } from '../domain/payout-status.js';
import { type EndingChange, EndPayout } from './end-payout.js';

export interface ArchivePayoutCommand {
  readonly merchantId: string;
  readonly id: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly origin: Origin;
}

/**
 * An operator takes a payout out of the lists: a pending one is cancelled first, a processing one is refused.
 * It stays readable by its id, and the ledger keeps everything. A repeated request changes nothing.
 */
@Injectable()
export class ArchivePayout {
  constructor(private readonly ending: EndPayout) {}

  /** @throws PayoutNotFound, InvalidTransition while the payout is processing, PayoutNotAsRequested */
  async execute({ merchantId, id, actor, reason, origin }: ArchivePayoutCommand): Promise<void> {
    const archive: EndingChange = (payout, now, _book, end) => {
      const { status, archivedAt } = payout.state;
      if (archivedAt !== null) return;
      if (status === 'processing') {
        throw new InvalidTransition(status, 'archived', allowedStatuses('operator', status));
      }
      const cause = { now, actor, reason };
      if (status !== 'pending') return payout.archive(cause);
      end(() => {
        payout.cancel(cause);
        payout.archive(cause);
      });
    };
    await this.ending.execute(merchantId, id, archive, { origin });
  }
}
