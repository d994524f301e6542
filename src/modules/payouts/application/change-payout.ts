import { Injectable } from '@nestjs/common';
import type { Read } from '../../../shared/book-table.js';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import { type Book, Books } from '../../../platform/group-commit/group-commit.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { PayoutNotFound } from '../domain/refusals.js';
import { stagePayout, payoutIn } from './stage-payout.js';
import { payoutRows } from '../domain/payout-tables.js';

/** Names a payout. */
export interface PayoutKey {
  readonly merchantId: string;
  readonly payoutId: string;
}

/** The frame of every change of one payout: under its book's lock, with its money and its timeline, in one commit. */
@Injectable()
export class ChangePayout {
  constructor(private readonly books: Books) {}

  /**
   * Restores the payout, lets `change` call its verbs, and keeps what they did. A change that does nothing writes
   * nothing.
   * @param options what `change` looks at besides the payout, and the request that it goes back to
   * @throws PayoutNotFound, Overloaded, and whatever `change` throws, with nothing changed
   */
  execute(
    merchantId: string,
    id: string,
    change: (payout: Payout, now: Moment, book: Book) => void,
    { reads = [], origin = null }: { readonly reads?: readonly Read[]; readonly origin?: Origin | null } = {},
  ): Promise<PayoutState> {
    return this.books.write(merchantId, {
      origin,
      reads: [payoutRows.row(id), ...reads],
      decide: (book) => {
        const payout = payoutIn(book, id);
        if (payout === null) throw new PayoutNotFound();
        const before = payout.state;
        change(payout, book.now, book);
        if (payout.state !== before) stagePayout(book, payout);
        return payout.state;
      },
    });
  }
}
