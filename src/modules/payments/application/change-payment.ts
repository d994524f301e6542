import { Injectable } from '@nestjs/common';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { type Change, changeOrder, type ChangeOptions } from '../../gateways/gateways.public.js';
import type { Payment } from '../domain/payment.js';
import type { PaymentState } from '../domain/payment-state.js';
import { paymentRows } from '../domain/payment-tables.js';
import { PaymentNotFound } from '../domain/refusals.js';
import { paymentIn, stagePayment } from './stage-payment.js';

/** Identifies a payment. */
export interface PaymentKey {
  readonly merchantId: string;
  readonly paymentId: string;
}

const PAYMENTS = { find: paymentIn, notFound: PaymentNotFound, stage: stagePayment };

/** The frame of every change of one payment, see `changeOrder`. */
@Injectable()
export class ChangePayment {
  constructor(private readonly books: Books) {}

  /** @throws PaymentNotFound, Overloaded, and whatever `change` throws, with nothing changed */
  async execute(
    { merchantId, paymentId: id }: PaymentKey,
    change: Change<Payment>,
    options?: ChangeOptions,
  ): Promise<PaymentState> {
    const rows = [paymentRows.row(id)];
    return (await changeOrder(this.books, PAYMENTS, { merchantId, id, rows }, change, options)).state;
  }
}
