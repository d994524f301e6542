import { Injectable } from '@nestjs/common';
import type { Read } from '../../../shared/book-table.js';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { Settlements } from '../../gateways/gateways.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { PayoutNotAsRequested } from '../domain/refusals.js';
import { holdOf, refuseToEnd } from './as-requested.js';
import { ChangePayout } from './change-payout.js';

/** What is to be done to the payout, or null where nothing is to be ended. May throw, before anything has changed. */
type Decide = (payout: Payout, now: Moment, book: Book) => (() => void) | null;

interface Frame {
  readonly reads?: readonly Read[];
  readonly origin: Origin;
  /** It is to be completed; what else ends it gives back what is held. */
  readonly isPaid?: boolean;
}

/**
 * The frame of what a person ends. As before a submission, the payout is compared with what was requested and held for:
 * what was changed in the database since then would give back, or pay, another amount than the one that is held. Then it
 * stays as it is, but for needing attention, which is committed before the refusal.
 */
@Injectable()
export class EndPayout {
  constructor(
    private readonly payouts: ChangePayout,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PayoutNotFound, PayoutNotAsRequested, Overloaded, and whatever `decide` throws */
  async execute(
    merchantId: string,
    id: string,
    decide: Decide,
    { reads = [], origin, isPaid = false }: Frame,
  ): Promise<PayoutState> {
    let isRefused = false;
    const state = await this.payouts.execute(
      merchantId,
      id,
      (payout, now, book) => {
        const end = decide(payout, now, book);
        isRefused = end !== null && refuseToEnd(book, payout, now, isPaid);
        if (!isRefused) end?.();
      },
      { origin, reads: [...reads, holdOf(id)] },
    );
    if (!isRefused) return state;
    this.settlements.alarm(`payout ${id} is not what was requested, and was not ended`, origin);
    throw new PayoutNotAsRequested();
  }
}
