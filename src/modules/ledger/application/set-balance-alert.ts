import { Injectable } from '@nestjs/common';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { type BalanceAlert, balanceAlerts } from '../domain/balance-alert.js';
import { ledgerHeads } from '../domain/ledger-tables.js';
import { headOf } from './post.js';

/**
 * Sets below which available balance a merchant gets an event. One commit, under the book's lock: each movement is compared
 * with the threshold of before or with the one of after it.
 */
@Injectable()
export class SetBalanceAlert {
  constructor(private readonly books: Books) {}

  /** @param thresholdPaise null: below none @throws BookNotFound, Overloaded */
  execute(merchantId: string, thresholdPaise: bigint | null): Promise<BalanceAlert> {
    return this.books.write(merchantId, {
      reads: [balanceAlerts.row('')],
      decide: (book) => {
        const alert = { thresholdPaise, updatedAt: book.now.orderTime };
        book.put(balanceAlerts, '', alert);
        // For what the batch decides behind it.
        book.put(ledgerHeads, '', { ...headOf(book), lowBelowPaise: thresholdPaise });
        return alert;
      },
    });
  }
}
