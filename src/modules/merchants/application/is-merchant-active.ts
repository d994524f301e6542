import { assert } from '../../../shared/assert.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { merchantRows } from '../domain/merchant-tables.js';

/** Whether the book's merchant may move money. The book must have read `merchantRows.row('')`. */
export function isMerchantActive(book: Book): boolean {
  const merchant = book.get(merchantRows, '');
  assert(merchant !== undefined, 'a book belongs to a merchant');
  return merchant.isActive;
}
