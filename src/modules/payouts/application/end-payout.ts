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

/** Runs the verbs that release or settle the held money, or refuses if the payout is not what was requested. */
export type End = (verbs: () => void) => void;

/** Changes the payout. Verbs that end it must run through `end`, after the last check that may throw. */
export type EndingChange = (payout: Payout, now: Moment, book: Book, end: End) => void;

interface Frame {
  readonly reads?: readonly Read[];
  readonly origin: Origin;
  /** The payout is to be completed; any other end releases the hold. */
  readonly isPaid?: boolean;
}

/**
 * The frame in which a person ends a payout. As before a submission, the payout is compared with what was requested and
 * held for: if it was changed in the database since then, a different amount from the one that is held would be
 * released or paid. Such a payout stays as it is, but needs attention; this is committed before the refusal.
 */
@Injectable()
export class EndPayout {
  constructor(
    private readonly payouts: ChangePayout,
    private readonly settlements: Settlements,
  ) {}

  /** @throws PayoutNotFound, PayoutNotAsRequested, Overloaded, and whatever `change` throws */
  async execute(
    merchantId: string,
    id: string,
    change: EndingChange,
    { reads = [], origin, isPaid = false }: Frame,
  ): Promise<PayoutState> {
    let isRefused = false;
    const state = await this.payouts.execute(
      merchantId,
      id,
      (payout, now, book) => {
        isRefused = false;
        change(payout, now, book, (verbs) => {
          isRefused = refuseToEnd(book, payout, now, isPaid);
          if (!isRefused) verbs();
        });
      },
      { origin, reads: [...reads, holdOf(id)] },
    );
    if (!isRefused) return state;
    this.settlements.alarm(`payout ${id} was not ended: it differs from what was requested`, origin);
    throw new PayoutNotAsRequested();
  }
}
