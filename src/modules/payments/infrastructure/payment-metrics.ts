import { template } from '../../../platform/database/database.public.js';
import { countIn, type DatabaseGauge } from '../../../platform/metrics/metrics.public.js';
import { statusMetrics, waitingGauge } from '../../../platform/orders/orders.public.js';
import { PAYMENT_STATUSES } from '../domain/payment-status.js';
import { paymentEvents } from '../domain/payment-tables.js';

/** Metrics that only the database knows. */
const GAUGES: readonly DatabaseGauge[] = [
  {
    name: 'bahi_payments_open',
    help: 'Payments and refunds that have not ended; each counted up to 100,000.',
    labelNames: ['what'],
    sql: template`SELECT jsonb_build_object('what', 'payment') AS labels,
          ${countIn('payments', 'next_attempt_at IS NOT NULL')} AS value
        UNION ALL SELECT jsonb_build_object('what', 'refund'),
          ${countIn('refunds', 'next_attempt_at IS NOT NULL')}`,
  },
  waitingGauge('payments', 'Payments whose charge is due'),
  waitingGauge('refunds', 'Refunds whose submission is due'),
  {
    name: 'bahi_payments_needing_attention',
    help: 'Payments and refunds that need attention from a person; each counted up to 100,000.',
    sql: template`SELECT ${countIn('payments', 'needs_attention AND (needs_attention OR gateway_disagrees)')}
        + ${countIn('refunds', 'needs_attention AND (needs_attention OR gateway_disagrees)')} AS value`,
  },
];

/** How many payments came to each status, are open, and wait for a person. */
export const paymentMetrics = statusMetrics({
  orders: 'payments',
  statuses: PAYMENT_STATUSES,
  timeline: paymentEvents,
  gauges: GAUGES,
});
