import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import type { Payment } from '../domain/payment.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import { paymentRows, refundRows } from '../domain/payment-tables.js';
import type { Refund } from '../domain/refund.js';
import { PaymentNotFound } from '../domain/refusals.js';
import { stagePayment, paymentIn, refundIn } from './stage-payment.js';

/** Names a payment, or one of its refunds. */
export interface OrderKey {
  readonly merchantId: string;
  readonly paymentId: string;
  /** Null: the payment itself. */
  readonly refundId: string | null;
}

export interface ChangedOrder {
  readonly payment: PaymentState;
  readonly refund: RefundState | null;
}

/** The frame of every change of a payment or a refund: under its book's lock, with money and timeline, in one commit. */
@Injectable()
export class ChangeOrder {
  constructor(private readonly books: Books) {}

  /**
   * Restores it, lets `change` call its verbs, and keeps what they did. A change that does nothing writes nothing.
   * @throws PaymentNotFound, Overloaded, and whatever `change` throws, with nothing changed
   */
  execute(
    { merchantId, paymentId, refundId }: OrderKey,
    change: (order: Payment | Refund, now: Date) => void,
    origin: Origin | null = null,
  ): Promise<ChangedOrder> {
    return this.books.write(merchantId, {
      origin,
      reads: [paymentRows.row(paymentId), ...(refundId === null ? [] : [refundRows.row(refundId)])],
      decide: (book) => {
        const refund = refundId === null ? null : refundIn(book, refundId);
        const payment = refundId === null ? paymentIn(book, paymentId) : (refund?.payment ?? null);
        if (payment === null) throw new PaymentNotFound();
        const order = refund ?? payment;
        const [before, paymentBefore] = [order.state, payment.state];
        change(order, book.now);
        if (order.state !== before || payment.state !== paymentBefore) stagePayment(book, payment, refund);
        return { payment: payment.state, refund: refund?.state ?? null };
      },
    });
  }
}
