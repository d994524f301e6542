import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { BOOKS_COMMITTED, type BooksCommitted } from '../../../platform/group-commit/group-commit.public.js';
import { type Counter, DatabaseGauges, Metrics } from '../../../platform/metrics/metrics.public.js';
import { PAYMENT_STATUSES } from '../domain/payment-status.js';
import { paymentEvents } from '../domain/payment-tables.js';

/** Ended payments are without number, so they are counted as they end, by the process that ends them. */
@Injectable()
export class PaymentMetrics {
  private readonly reached: Counter<'status'>;

  constructor(metrics: Metrics, gauges: DatabaseGauges) {
    this.reached = metrics.counter({
      name: 'bahi_payments_reached_total',
      help: 'Payments that came to a status through this process; created are the new ones.',
      labelNames: ['status'],
    });
    for (const status of PAYMENT_STATUSES) this.reached.inc({ status }, 0);
    gauges.add({
      name: 'bahi_payments_open',
      help: 'Payments and refunds whose end is still to come.',
      labelNames: ['what'],
      sql: `SELECT jsonb_build_object('what', 'payment') AS labels,
          (SELECT count(*) FROM payments WHERE next_attempt_at IS NOT NULL) AS value
        UNION ALL SELECT jsonb_build_object('what', 'refund'),
          (SELECT count(*) FROM refunds WHERE next_attempt_at IS NOT NULL)`,
    });
    gauges.add({
      name: 'bahi_payments_needing_attention',
      help: 'Payments and refunds that wait for a person.',
      sql: `SELECT (SELECT count(*) FROM payments WHERE needs_attention AND (needs_attention OR gateway_disagrees))
        + (SELECT count(*) FROM refunds WHERE needs_attention AND (needs_attention OR gateway_disagrees)) AS value`,
    });
  }

  @OnEvent(BOOKS_COMMITTED)
  onCommitted(committed: BooksCommitted): void {
    for (const { row } of committed.staged(paymentEvents))
      if (row.from !== row.to) this.reached.inc({ status: row.to });
  }
}
