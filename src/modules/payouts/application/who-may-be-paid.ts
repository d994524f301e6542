import type { Read } from '../../../shared/book-table.js';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import {
  BankAccountInactive,
  isMerchantActive,
  MerchantInactive,
  merchantRows,
} from '../../merchants/merchants.public.js';
import { payoutDestinations } from '../domain/payout-tables.js';

/** What a decision reads that sends a payout off. */
export function readsOfPayee(payoutId: string): Read[] {
  return [merchantRows.row(''), payoutDestinations.row(payoutId)];
}

/**
 * Why no bank may be sent this payout, or null. Looked at whenever money is about to leave, under the book's lock: both
 * change under the same lock. An account that is closed within the same batch counts from the next one on.
 */
export function payeeObstacle(book: Book, payoutId: string): WaitingFor | null {
  if (!isMerchantActive(book)) return 'merchant_inactive';
  return book.get(payoutDestinations, payoutId) === true ? null : 'bank_account_inactive';
}

/** For a person who sends a payout off: it stays pending, and cancellable. @throws MerchantInactive, BankAccountInactive */
export function assertMayBePaid(book: Book, payoutId: string): void {
  const obstacle = payeeObstacle(book, payoutId);
  if (obstacle === 'merchant_inactive') throw new MerchantInactive();
  if (obstacle !== null) throw new BankAccountInactive();
}
