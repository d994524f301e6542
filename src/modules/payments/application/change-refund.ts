import { Injectable } from '@nestjs/common';
import { type Book, Books } from '../../../platform/group-commit/group-commit.public.js';
import { type Change, changeOrder, type ChangeOptions } from '../../gateways/gateways.public.js';
import type { PaymentState, RefundState } from '../domain/payment-state.js';
import { paymentRows, refundRows } from '../domain/payment-tables.js';
import type { Refund } from '../domain/refund.js';
import { RefundNotFound } from '../domain/refusals.js';
import type { PaymentKey } from './change-payment.js';
import { refundIn, stagePayment } from './stage-payment.js';

/** Identifies a refund. */
export interface RefundKey extends PaymentKey {
  readonly refundId: string;
}

const REFUNDS = {
  find: refundIn,
  notFound: RefundNotFound,
  stage: (book: Book, refund: Refund) => stagePayment(book, refund.payment, refund),
};

/** The frame of every change of one refund, which changes its payment too; see `changeOrder`. */
@Injectable()
export class ChangeRefund {
  constructor(private readonly books: Books) {}

  /** @throws RefundNotFound, Overloaded, and whatever `change` throws, with nothing changed */
  async execute(
    { merchantId, paymentId, refundId: id }: RefundKey,
    change: Change<Refund>,
    options?: ChangeOptions,
  ): Promise<{ readonly payment: PaymentState; readonly refund: RefundState }> {
    const rows = [paymentRows.row(paymentId), refundRows.row(id)];
    const { state: refund, payment } = await changeOrder(
      this.books,
      REFUNDS,
      { merchantId, id, rows },
      change,
      options,
    );
    return { payment: payment.state, refund };
  }
}
