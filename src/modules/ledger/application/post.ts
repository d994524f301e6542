import { assert } from '../../../shared/assert.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { AmountTooLarge, fits, RESERVED_PAISE } from '../domain/amount-too-large.js';
import { append, type LedgerHead, type Posting } from '../domain/ledger.js';
import type { Transaction } from '../domain/transaction.js';
import { ledgerHeads, ledgerTransactions } from '../domain/ledger-tables.js';

/**
 * Appends a movement to the book; it becomes durable with everything else that the decision stages, or not at all.
 * @throws InsufficientFunds, AmountTooLarge
 */
export function post(book: Book, posting: Posting): Transaction {
  const { transaction, head } = append(book.merchantId, headOf(book), posting, book.nextId(), book.now.orderTime);
  book.put(ledgerHeads, '', head);
  book.put(ledgerTransactions, String(transaction.seq), transaction);
  return transaction;
}

/** Asked before a payer is charged, and before a book is funded. @throws AmountTooLarge when the book might not hold the credit */
export function assertRoomFor(book: Book, paise: bigint): void {
  const { received } = headOf(book).balances;
  if (!fits(received - paise - RESERVED_PAISE)) throw AmountTooLarge.leavingTooLittleRoom();
}

/** The book's head, everything included that the batch has staged so far. */
export function headOf(book: Book): LedgerHead {
  const head = book.get(ledgerHeads, '');
  assert(head !== undefined, 'every book has a head, a new one too');
  return head;
}
