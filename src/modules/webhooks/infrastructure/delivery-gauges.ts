import { countOf, type DatabaseGauges } from '../../../platform/metrics/metrics.public.js';

/** Endpoints to which deliveries are sent now; those to the others wait until a person acts. */
const IS_SENT_TO = 'e.is_active AND e.paused_since IS NULL';

const STATES = {
  active: `${IS_SENT_TO} AND e.failing_since IS NULL`,
  failing: `${IS_SENT_TO} AND e.failing_since IS NOT NULL`,
  paused: 'e.is_active AND e.paused_since IS NOT NULL',
  switched_off: 'NOT e.is_active AND e.turned_off IS NULL',
  turned_off: 'NOT e.is_active AND e.turned_off IS NOT NULL',
};

/** The gauges of deliveries and endpoints that are read from the database. */
export function showDeliveries(gauges: DatabaseGauges): void {
  gauges.add({
    name: 'bahi_webhook_deliveries_pending',
    help: 'Webhook deliveries that have not ended, including those that wait for a retry; counted up to 100,000.',
    sql: `SELECT ${countOf(`webhook_deliveries WHERE status = 'pending'`)} AS value`,
  });
  // One index look-up for each endpoint.
  gauges.add({
    name: 'bahi_webhook_overdue_seconds',
    help: 'How long the most overdue webhook delivery has been due. Endpoints that are failing, paused or off are left out.',
    sql: `SELECT coalesce(extract(epoch FROM max(clock_timestamp() - d.next_attempt_at)), 0) AS value
      FROM webhook_endpoints e CROSS JOIN LATERAL (
        SELECT next_attempt_at FROM webhook_deliveries d
        WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.next_attempt_at < clock_timestamp()
        ORDER BY d.next_attempt_at LIMIT 1
      ) d
      WHERE ${STATES.active}`,
  });
  gauges.add({
    name: 'bahi_webhook_endpoints',
    help: 'Webhook endpoints by state. failing: nothing was accepted since a failed attempt; turned_off: switched off by Bahi itself.',
    labelNames: ['state'],
    sql: `SELECT jsonb_build_object('state', s.state) AS labels, s.value FROM (
        SELECT ${Object.entries(STATES)
          .map(([state, is]) => `count(*) FILTER (WHERE ${is}) AS ${state}`)
          .join(', ')}
        FROM webhook_endpoints e
      ) c CROSS JOIN LATERAL (VALUES ${Object.keys(STATES)
        .map((state) => `('${state}', c.${state})`)
        .join(', ')}) AS s(state, value)`,
  });
}
