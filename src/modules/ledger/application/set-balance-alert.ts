import { Injectable } from '@nestjs/common';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { type BalanceAlert, balanceAlerts } from '../domain/balance-alert.js';
import { ledgerHeads } from '../domain/ledger-tables.js';
import { headOf } from './post.js';

/**
 * Sets the available balance below which a merchant gets an event. One commit, under the book's lock: each movement is
 * compared with either the old threshold or the new one.
 */
@Injectable()
export class SetBalanceAlert {
  constructor(private readonly books: Books) {}

  /** @param thresholdPaise null: no event @throws BookNotFound, Overloaded */
  execute(merchantId: string, thresholdPaise: bigint | null): Promise<BalanceAlert> {
    return this.books.write(merchantId, {
      reads: [balanceAlerts.row('')],
      decide: (book) => {
        const alert = { thresholdPaise, updatedAt: book.now.orderTime };
        book.put(balanceAlerts, '', alert);
        // For later decisions of the same batch.
        book.put(ledgerHeads, '', { ...headOf(book), lowBelowPaise: thresholdPaise });
        return alert;
      },
    });
  }
}
