import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { BOOKS_COMMITTED, type BooksCommitted } from '../../../platform/group-commit/group-commit.public.js';
import { type Counter, DatabaseGauges, Metrics } from '../../../platform/metrics/metrics.public.js';
import { isOpen, PAYOUT_STATUSES } from '../domain/payout-status.js';
import { payoutEvents } from '../domain/payout-tables.js';

const OPEN = PAYOUT_STATUSES.filter(isOpen).map((status) => `'${status}'`);

/** Ended payouts are without number, so they are counted as they end, by the process that ends them. */
@Injectable()
export class PayoutMetrics {
  private readonly reached: Counter<'status'>;

  constructor(metrics: Metrics, gauges: DatabaseGauges) {
    this.reached = metrics.counter({
      name: 'bahi_payouts_reached_total',
      help: 'Payouts that came to a status through this process; pending are the new ones.',
      labelNames: ['status'],
    });
    for (const status of PAYOUT_STATUSES) this.reached.inc({ status }, 0);
    gauges.add({
      name: 'bahi_payouts_open',
      help: 'Payouts whose end is still to come, by status.',
      labelNames: ['status'],
      sql: `SELECT jsonb_build_object('status', s) AS labels,
          (SELECT count(*) FROM payouts WHERE next_attempt_at IS NOT NULL AND status = s) AS value
        FROM unnest(ARRAY[${OPEN.join(', ')}]) AS s`,
    });
    gauges.add({
      name: 'bahi_payouts_needing_attention',
      help: 'Payouts that wait for a person.',
      sql: 'SELECT count(*) AS value FROM payouts WHERE needs_attention AND (needs_attention OR bank_disagrees)',
    });
  }

  @OnEvent(BOOKS_COMMITTED)
  onCommitted(committed: BooksCommitted): void {
    for (const { row } of committed.staged(payoutEvents)) if (row.from !== row.to) this.reached.inc({ status: row.to });
  }
}
