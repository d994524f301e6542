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

/** What a decision that sends a payout off must read. */
export function readsOfPayee(payoutId: string): Read[] {
  return [merchantRows.row(''), payoutDestinations.row(payoutId)];
}

/**
 * Why this payout may not be sent to any bank, or null. Checked under the book's lock whenever money is about to leave:
 * the merchant and the account change under the same lock. An account that is closed in the same batch counts from the
 * next batch on.
 */
export function payeeObstacle(book: Book, payoutId: string): WaitingFor | null {
  if (!isMerchantActive(book)) return 'merchant_inactive';
  return book.get(payoutDestinations, payoutId) === true ? null : 'bank_account_inactive';
}

/**
 * For a payout that a person sends off: if refused, it stays pending and can still be cancelled.
 * @throws MerchantInactive, BankAccountInactive
 */
export function assertMayBePaid(book: Book, payoutId: string): void {
  const obstacle = payeeObstacle(book, payoutId);
  if (obstacle === 'merchant_inactive') throw new MerchantInactive();
  if (obstacle !== null) throw new BankAccountInactive();
}
