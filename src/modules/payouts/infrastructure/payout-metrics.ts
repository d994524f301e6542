import { joined, type SqlTemplate, table, template, value } from '../../../platform/database/database.public.js';
import { countIn, type DatabaseGauge, MOST_COUNTED } from '../../../platform/metrics/metrics.public.js';
import { statusMetrics, waitingGauge } from '../../../platform/orders/orders.public.js';
import { isOpen, PAYOUT_STATUSES } from '../domain/payout-status.js';
import { payoutEvents } from '../domain/payout-tables.js';

const OPEN = PAYOUT_STATUSES.filter(isOpen).map((status) => `'${status}'`);

/** The conditions of the indexes of due payouts. */
const DUE = [
  `next_step = 'inquire'`,
  `next_step = 'submit' AND waiting_for IS NULL`,
  `next_step = 'submit' AND waiting_for IS NOT NULL`,
];

/**
 * How many payouts are open, by status. Each index of due payouts is read separately; otherwise many payouts that have
 * not been sent yet would hide those that a bank has.
 * @param most the limit on rows read from each index, and on the count of each status
 */
export const openByStatus = (most: number): SqlTemplate => template`
  SELECT jsonb_build_object('status', s) AS labels, least(count(p.status), ${most}) AS value
  FROM unnest(ARRAY[${OPEN.join(', ')}]) AS s
  LEFT JOIN (${joined(
    DUE.map((due) => template`(SELECT status FROM ${table('payouts')} WHERE ${due} LIMIT ${most})`),
    ' UNION ALL ',
  )}) p
    ON p.status = s
  GROUP BY s`;

/** Metrics that only the database knows. */
const GAUGES: readonly DatabaseGauge[] = [
  {
    name: 'bahi_payouts_open',
    help: 'Payouts that have not ended, by status; each counted up to 100,000.',
    labelNames: ['status'],
    sql: openByStatus(MOST_COUNTED),
  },
  waitingGauge('payouts', 'Payouts whose submission is due'),
  {
    name: 'bahi_payouts_needing_attention',
    help: 'Payouts that need attention from a person; counted up to 100,000.',
    sql: template`SELECT ${countIn('payouts', 'needs_attention AND (needs_attention OR bank_disagrees)')} AS value`,
  },
];

/**
 * The backlog of the return watch.
 * @param banks the banks that can be asked
 */
export function returnWatchGauges(banks: readonly string[]): readonly DatabaseGauge[] {
  const asked = `ARRAY[${banks.map((bank) => `'${bank}'`).join(', ')}]::text[]`;
  const dueOf = (gateways: string | SqlTemplate): SqlTemplate => template`
    SELECT jsonb_build_object('gateway', bank) AS labels, (SELECT count(*) FROM (
        SELECT FROM ${table('payouts')} p WHERE p.gateway = bank AND p.watch_next_at <= now() LIMIT 10000
      ) due) AS value
    FROM unnest(${gateways}) AS bank`;
  return [
    {
      name: 'bahi_payouts_return_watch_backlog',
      help: 'Completed payouts for which the question to the bank whether the money came back is overdue; counted up to 10,000.',
      labelNames: ['gateway'],
      sql: dueOf(asked),
    },
    {
      name: 'bahi_payouts_return_watch_unasked',
      help: 'Completed payouts about which nobody asks, because their bank is no longer enabled; counted up to 10,000.',
      labelNames: ['gateway'],
      names: `SELECT gateway AS name FROM payout_watch_turns WHERE gateway <> ALL (${asked})`,
      sql: dueOf(template`${value(1)}::text[]`),
    },
  ];
}

/** How many payouts came to each status, are open, and wait for a person. */
export const payoutMetrics = statusMetrics({
  orders: 'payouts',
  statuses: PAYOUT_STATUSES,
  timeline: payoutEvents,
  gauges: GAUGES,
});
