import { Injectable } from '@nestjs/common';
import type { Read } from '../../../shared/book-table.js';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import { type Book, Books } from '../../../platform/group-commit/group-commit.public.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import { paymentRows, refundRows } from '../domain/payment-tables.js';
import type { Refund } from '../domain/refund.js';
import { RefundNotFound } from '../domain/refusals.js';
import type { PaymentKey } from './change-payment.js';
import { refundIn, stagePayment } from './stage-payment.js';

/** Names a refund. */
export interface RefundKey extends PaymentKey {
  readonly refundId: string;
}

/** The frame of every change of one refund, which changes its payment too: under the book's lock, in one commit. */
@Injectable()
export class ChangeRefund {
  constructor(private readonly books: Books) {}

  /**
   * Restores the refund, lets `change` call its verbs, and stages what they did. A change that does nothing writes
   * nothing.
   * @param options what `change` looks at besides the refund, and the request that it goes back to
   * @throws RefundNotFound, Overloaded, and whatever `change` throws, with nothing changed
   */
  execute(
    { merchantId, paymentId, refundId }: RefundKey,
    change: (refund: Refund, now: Moment, book: Book) => void,
    { reads = [], origin = null }: { readonly reads?: readonly Read[]; readonly origin?: Origin | null } = {},
  ): Promise<{ readonly payment: PaymentState; readonly refund: RefundState }> {
    return this.books.write(merchantId, {
      origin,
      reads: [paymentRows.row(paymentId), refundRows.row(refundId), ...reads],
      decide: (book) => {
        const refund = refundIn(book, refundId);
        if (refund === null) throw new RefundNotFound();
        const { payment } = refund;
        const [before, paymentBefore] = [refund.state, payment.state];
        change(refund, book.now, book);
        if (refund.state !== before || payment.state !== paymentBefore) stagePayment(book, payment, refund);
        return { payment: payment.state, refund: refund.state };
      },
    });
  }
}
