import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Origin } from '../../../shared/origin.js';
import type { Slice } from '../../../shared/slice.js';
import { Database, sliced, where } from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { type DuePayment, type PaymentFilter, PaymentReader } from '../domain/payment-reader.js';
import type { PaymentEvent, PaymentState, RefundState } from '../domain/payment-state.js';
import { paymentEntity, paymentEventRows, payments, refundEntity, refunds } from './payment-row.js';

interface DueRow {
  readonly merchant_id: string;
  readonly payment_id: string;
  readonly refund_id: string | null;
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly origin: Origin | null;
}

/**
 * With the request that each goes back to, as its first event says: ids of a book only grow, so that it is the next one
 * behind the order's own. After a month it is gone, and another one there.
 */
const DUE = `
  SELECT due.*, CASE WHEN coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id')
    = due.id::text THEN requested.origin END AS origin
  FROM (
    (SELECT merchant_id, id, id AS payment_id, NULL::uuid AS refund_id, attempts, next_attempt_at FROM payments
     WHERE next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
     ORDER BY next_attempt_at, id LIMIT $1)
    UNION ALL
    (SELECT merchant_id, id, payment_id, id, attempts, next_attempt_at FROM refunds
     WHERE next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
     ORDER BY next_attempt_at, id LIMIT $1)
  ) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin FROM outbox o WHERE o.merchant_id = due.merchant_id AND o.id > due.id ORDER BY o.id LIMIT 1
  ) requested ON true
  ORDER BY due.next_attempt_at, due.id LIMIT $1`;

const TIMELINE = `
  SELECT ${paymentEventRows.list('e')} FROM payment_events e WHERE e.merchant_id = $1 AND e.payment_id = $2 ORDER BY e.seq`;

@Injectable()
export class TypeormPaymentReader extends PaymentReader {
  constructor(
    @InjectRepository(paymentEntity) private readonly rows: Repository<StoredRow>,
    @InjectRepository(refundEntity) private readonly refundRows: Repository<StoredRow>,
    private readonly database: Database,
  ) {
    super();
  }

  async find(merchantId: string | null, id: string): Promise<PaymentState | null> {
    const row = await this.rows.findOneBy(merchantId === null ? { id } : { merchant_id: merchantId, id });
    return row === null ? null : payments.fromRow(row);
  }

  async findRefund(id: string): Promise<RefundState | null> {
    const row = await this.refundRows.findOneBy({ id });
    return row === null ? null : refunds.fromRow(row);
  }

  async list(filter: PaymentFilter, slice: Slice): Promise<PaymentState[]> {
    const query = sliced(this.rows.createQueryBuilder('p'), slice);
    where(query, 'p.merchant_id = :merchantId', { merchantId: filter.merchantId });
    where(query, 'p.status = :status', { status: filter.status });
    where(query, 'p.currency = :currency', { currency: filter.currency });
    where(query, 'p.reference_id = :referenceId', { referenceId: filter.referenceId });
    where(query, 'p.needs_attention = :needsAttention', { needsAttention: filter.needsAttention });
    where(query, 'p.created_at >= :createdFrom', { createdFrom: filter.createdFrom });
    where(query, 'p.created_at < :createdTo', { createdTo: filter.createdTo });
    return (await query.getMany()).map(payments.fromRow);
  }

  async timeline(merchantId: string, id: string): Promise<PaymentEvent[]> {
    return (await this.database.query<StoredRow>(TIMELINE, [merchantId, id])).map(paymentEventRows.fromRow);
  }

  async refunds(merchantId: string, paymentId: string, slice: Slice): Promise<RefundState[]> {
    const query = sliced(this.refundRows.createQueryBuilder('p'), slice);
    where(query, 'p.merchant_id = :merchantId', { merchantId });
    where(query, 'p.payment_id = :paymentId', { paymentId });
    return (await query.getMany()).map(refunds.fromRow);
  }

  async due(limit: number, after: DuePayment | null): Promise<DuePayment[]> {
    const last = after === null ? null : (after.refundId ?? after.paymentId);
    const rows = await this.database.query<DueRow>(DUE, [limit, after?.nextAttemptAt ?? null, last]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      paymentId: row.payment_id,
      refundId: row.refund_id,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
      origin: row.origin,
    }));
  }
}
