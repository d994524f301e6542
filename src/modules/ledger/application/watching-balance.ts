import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import { fellBelow } from '../domain/balance-alert.js';
import { headOf } from './post.js';

/**
 * Runs what moves money, and announces `balance.low` behind all that this has announced, in the same commit, where the
 * available balance has fallen below the merchant's threshold by it.
 */
export function watchingBalance<T>(book: Book, move: () => T): T {
  const before = headOf(book);
  const result = move();
  const after = headOf(book);
  if (fellBelow(before, after)) {
    const { seq, balances, lowBelowPaise } = after;
    const view = {
      merchant_id: book.merchantId,
      currency: 'INR',
      available_paise: Number(balances.available),
      held_paise: Number(balances.held),
      threshold_paise: Number(lowBelowPaise),
      as_of: book.now.orderTime.toISOString(),
      seq,
    };
    announce(book, { type: 'balance.low', payload: {}, shown: { id: book.merchantId, view, previousStatus: null } });
  }
  return result;
}
