import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import { fellBelow } from '../domain/balance-alert.js';
import { headOf } from './post.js';

/**
 * Runs a movement of money. If it has brought the available balance below the merchant's threshold, announces
 * `balance.low` in the same commit, after all events that the movement announced.
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
