import { Injectable } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import { changed, isLimitedAs, type Merchant, type MerchantChange } from '../domain/merchant.js';
import { merchantLimits, merchantRows } from '../domain/merchant-tables.js';

interface ChangeMerchantCommand {
  readonly merchantId: string;
  readonly change: MerchantChange;
}

/**
 * Changes a merchant under the lock of its book: a payout that is decided at the same moment sees the merchant either
 * before or after the change. The event wakes the orders that wait for an active merchant. One commit; repeated after a
 * lost answer, it changes nothing more.
 *
 * If books are distributed, sign-ins read the merchant's limits from a table of the coordinator. A coordinator that is
 * killed during COMMIT may have committed only one of the two; repeating the request corrects that.
 */
@Injectable()
export class ChangeMerchant {
  constructor(private readonly books: Books) {}

  /** @throws BookNotFound when there is no such merchant */
  execute({ merchantId, change }: ChangeMerchantCommand): Promise<Merchant> {
    return this.books.write(merchantId, {
      reads: [merchantRows.row(''), merchantLimits.row('')],
      decide: (book) => {
        const merchant = book.get(merchantRows, '');
        assert(merchant !== undefined, 'every book has a merchant');
        const after = changed(merchant, change, book.now.orderTime);
        if (after !== merchant) book.put(merchantRows, '', after);
        if (!isLimitedAs(book.get(merchantLimits, ''), after)) book.put(merchantLimits, '', after);
        if (after.isActive !== merchant.isActive) {
          const type = after.isActive ? 'merchant.activated' : 'merchant.deactivated';
          announce(book, { type, payload: { merchant: { id: after.id, is_active: after.isActive } } });
        }
        return after;
      },
    });
  }
}
