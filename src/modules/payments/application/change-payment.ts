import { Injectable } from '@nestjs/common';
import type { Moment } from '../../../shared/moment.js';
import type { Read } from '../../../shared/book-table.js';
import type { Origin } from '../../../shared/origin.js';
import { type Book, Books } from '../../../platform/group-commit/group-commit.public.js';
import type { Payment } from '../domain/payment.js';
import type { PaymentState } from '../domain/payment-state.js';
import { paymentRows } from '../domain/payment-tables.js';
import { PaymentNotFound } from '../domain/refusals.js';
import { paymentIn, stagePayment } from './stage-payment.js';

/** Names a payment. */
export interface PaymentKey {
  readonly merchantId: string;
  readonly paymentId: string;
}

/** The frame of every change of one payment: under its book's lock, with its money and its timeline, in one commit. */
@Injectable()
export class ChangePayment {
  constructor(private readonly books: Books) {}

  /**
   * Restores the payment, lets `change` call its verbs, and stages what they did. A change that does nothing writes
   * nothing.
   * @param options what `change` looks at besides, and the request that it goes back to
   * @throws PaymentNotFound, Overloaded, and whatever `change` throws, with nothing changed
   */
  execute(
    { merchantId, paymentId }: PaymentKey,
    change: (payment: Payment, now: Moment, book: Book) => void,
    { reads = [], origin = null }: { readonly reads?: readonly Read[]; readonly origin?: Origin | null } = {},
  ): Promise<PaymentState> {
    return this.books.write(merchantId, {
      origin,
      reads: [paymentRows.row(paymentId), ...reads],
      decide: (book) => {
        const payment = paymentIn(book, paymentId);
        if (payment === null) throw new PaymentNotFound();
        const before = payment.state;
        change(payment, book.now, book);
        if (payment.state !== before) stagePayment(book, payment);
        return payment.state;
      },
    });
  }
}
