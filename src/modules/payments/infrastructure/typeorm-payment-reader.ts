import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Origin } from '../../../shared/origin.js';
import type { Slice } from '../../../shared/slice.js';
import { Database, sliced, where } from '../../../platform/database/database.public.js';
import { type DuePayment, type PaymentFilter, PaymentReader } from '../domain/payment-reader.js';
import type { PaymentEvent, PaymentState, RefundState } from '../domain/payment-state.js';
import type { PaymentStatus } from '../domain/payment-status.js';
import { paymentFrom, PaymentRow } from './payment-row.js';
import { refundFrom, RefundRow } from './refund-row.js';

interface EventRow {
  readonly type: string;
  readonly from_status: PaymentStatus | null;
  readonly to_status: PaymentStatus;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string | null;
  readonly data: Record<string, unknown>;
}

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

@Injectable()
export class TypeormPaymentReader extends PaymentReader {
  constructor(
    @InjectRepository(PaymentRow) private readonly rows: Repository<PaymentRow>,
    @InjectRepository(RefundRow) private readonly refundRows: Repository<RefundRow>,
    private readonly database: Database,
  ) {
    super();
  }

  async find(merchantId: string | null, id: string): Promise<PaymentState | null> {
    const row = await this.rows.findOneBy(merchantId === null ? { id } : { merchant_id: merchantId, id });
    return row === null ? null : paymentFrom(row);
  }

  async findRefund(id: string): Promise<RefundState | null> {
    const row = await this.refundRows.findOneBy({ id });
    return row === null ? null : refundFrom(row);
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
    return (await query.getMany()).map(paymentFrom);
  }

  async timeline(merchantId: string, id: string): Promise<PaymentEvent[]> {
    const rows = await this.database.query<EventRow>(
      'SELECT * FROM payment_events WHERE merchant_id = $1 AND payment_id = $2 ORDER BY seq',
      [merchantId, id],
    );
    return rows.map(({ from_status, to_status, ...row }) => ({ ...row, from: from_status, to: to_status }));
  }

  async refunds(merchantId: string, paymentId: string, slice: Slice): Promise<RefundState[]> {
    const query = sliced(this.refundRows.createQueryBuilder('p'), slice);
    where(query, 'p.merchant_id = :merchantId', { merchantId });
    where(query, 'p.payment_id = :paymentId', { paymentId });
    return (await query.getMany()).map(refundFrom);
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
