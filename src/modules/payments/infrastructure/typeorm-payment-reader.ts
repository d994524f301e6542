import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { SweepPosition } from '../../../shared/due-submission.js';
import type { Slice } from '../../../shared/slice.js';
import {
  Database,
  findState,
  sliced,
  whereCreated,
  whereEqual,
  whereFound,
} from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { DueSubmissions } from '../../../platform/outbox/outbox.public.js';
import { type DuePayment, type PaymentFilter, PaymentReader } from '../domain/payment-reader.js';
import type { PaymentEvent, PaymentState, RefundState } from '../domain/payment-state.js';
import { paymentEntity, paymentEventRows, payments, refundEntity, refunds } from './payment-row.js';

const due = new DueSubmissions([
  { name: 'payments', shownAs: 'payment' },
  { name: 'refunds', shownAs: 'refund', parentId: 'payment_id' },
]);

@Injectable()
export class TypeormPaymentReader extends PaymentReader {
  constructor(
    @InjectRepository(paymentEntity) private readonly rows: Repository<StoredRow>,
    @InjectRepository(refundEntity) private readonly refundRows: Repository<StoredRow>,
    private readonly database: Database,
  ) {
    super();
  }

  find(merchantId: string | null, id: string): Promise<PaymentState | null> {
    return findState(this.rows, payments.fromRow, merchantId, id);
  }

  async findRefund(id: string): Promise<RefundState | null> {
    return findState(this.refundRows, refunds.fromRow, null, id);
  }

  async list(filter: PaymentFilter, slice: Slice): Promise<PaymentState[]> {
    const query = sliced(this.rows.createQueryBuilder('p'), slice);
    const { merchantId, status, currency, referenceId, needsAttention } = filter;
    whereEqual(query, { merchant_id: merchantId, status, currency, needs_attention: needsAttention });
    whereFound(query, 'reference_id', referenceId, { merchant_id: merchantId });
    whereCreated(query, filter);
    return (await query.getMany()).map(payments.fromRow);
  }

  timeline(merchantId: string, id: string): Promise<PaymentEvent[]> {
    return paymentEventRows.of(this.database, merchantId, id);
  }

  async refunds(merchantId: string, paymentId: string, slice: Slice): Promise<RefundState[]> {
    const query = sliced(this.refundRows.createQueryBuilder('p'), slice);
    whereEqual(query, { merchant_id: merchantId, payment_id: paymentId });
    return (await query.getMany()).map(refunds.fromRow);
  }

  async due(limit: number, after: SweepPosition | null): Promise<DuePayment[]> {
    return (await due.read(this.database, limit, after)).map(({ parentId, ...submission }) =>
      parentId === null
        ? { ...submission, paymentId: submission.id, refundId: null }
        : { ...submission, paymentId: parentId, refundId: submission.id },
    );
  }
}
