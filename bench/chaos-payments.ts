import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../src/platform/database/connections/database.js';
import type { ChaosFlow, Compared, Customer } from './chaos-flow.js';
import type { BenchMerchant } from './merchants.js';

/** The status of a refund's answer if its payment was declined. */
const CONFLICT = 409;
const RETRY_MS = 300;

const CURRENCIES = ['USD', 'EUR', 'JPY', 'KWD', 'INR'] as const;

/** Both books side by side, order by order: what Bahi says, and what the provider says. */
const BOTH = `
  WITH ours AS (
    SELECT id, 'payment' AS subject, amount_minor, provider_id,
      CASE WHEN status IN ('succeeded', 'partially_refunded', 'refunded') THEN 'done' ELSE status END AS status FROM payments
    UNION ALL
    SELECT id, 'refund', amount_minor, provider_id, CASE status WHEN 'succeeded' THEN 'done' ELSE status END FROM refunds
  )
  SELECT ours.*, o.amount_minor AS their_amount_minor, o.provider_id AS their_id,
    CASE WHEN o.outcome IS NULL OR o.outcome = 'rejected' THEN 'failed' ELSE o.outcome END AS expected,
    (SELECT count(*)::integer FROM payment_simulator.movements m WHERE m.reference = ours.id::text) AS times_moved
  FROM ours FULL JOIN payment_simulator.orders o ON o.reference = ours.id::text`;

/** Charges of which the provider has refunded more than it had charged. */
const OVERREFUNDED = `
  SELECT c.reference FROM payment_simulator.movements c JOIN payment_simulator.orders r ON r.charge_reference = c.reference
  WHERE r.outcome = 'done' GROUP BY c.reference, c.amount_minor HAVING sum(r.amount_minor) > c.amount_minor`;

interface BothRow {
  readonly id: string | null;
  readonly subject: string;
  readonly status: string;
  readonly expected: string;
  readonly amount_minor: string;
  readonly their_amount_minor: string | null;
  readonly provider_id: string | null;
  readonly their_id: string | null;
  readonly times_moved: number;
}

/** Payments, and refunds of every other one, at a provider that declines, hangs, loses answers and is slow. */
export const PAYMENTS: ChaosFlow = {
  what: 'payments',
  environment: {
    PAYMENT_GATEWAY_FAILURE_RATE: '0.05',
    PAYMENT_SIMULATOR_FAULT_RATE: '0.05',
  },
  gateway: 'payment-simulator',
  otherSide: 'payment_simulator.orders',
  open: `
    SELECT (SELECT count(*)::integer FROM payments WHERE next_attempt_at IS NOT NULL)
        + (SELECT count(*)::integer FROM refunds WHERE next_attempt_at IS NOT NULL) AS orders,
      (SELECT count(*)::integer FROM payment_simulator.callbacks WHERE delivered_at IS NULL) AS webhooks`,
  stuck: `
    SELECT format('%s payments are %s, %s after %s attempts is due %s', count(*), status, next_step, min(attempts),
      min(next_attempt_at)) AS what
    FROM payments WHERE next_attempt_at IS NOT NULL GROUP BY status, next_step
    UNION ALL
    SELECT format('%s refunds are %s, %s after %s attempts is due %s', count(*), status, next_step, min(attempts),
      min(next_attempt_at))
    FROM refunds WHERE next_attempt_at IS NOT NULL GROUP BY status, next_step`,
  submissions: `
    SELECT count(*)::integer AS submissions FROM payment_events
    WHERE merchant_id = $1 AND type IN ('payment.processing', 'refund.processing')`,
  mends: [
    `UPDATE payment_simulator.orders SET outcome = 'rejected',
       failure_code = CASE subject WHEN 'refund' THEN 'refund_not_possible' ELSE 'card_declined' END
     WHERE outcome = 'down' AND received_at NOT BETWEEN now() - interval '10 seconds' AND now()`,
  ],
  carriesTimes: [
    `UPDATE payment_simulator.orders SET received_at = received_at + ($2::interval - $1::interval),
       settles_at = settles_at + ($2::interval - $1::interval)`,
    `UPDATE payment_simulator.callbacks SET due_at = due_at + ($2::interval - $1::interval),
       claimed_until = claimed_until + ($2::interval - $1::interval) WHERE delivered_at IS NULL`,
  ],
  rightClock: [
    `UPDATE payment_simulator.orders SET settles_at = settles_at - (received_at - now()), received_at = now()
     WHERE received_at > now() + interval '1 second'`,
    `UPDATE payment_simulator.callbacks SET due_at = least(due_at, now()), claimed_until = NULL
     WHERE delivered_at IS NULL AND greatest(due_at, claimed_until) > now() + interval '20 seconds'`,
  ],
  otherSideFaults: [
    {
      what: 'times callbacks were lost',
      sql: `
        DELETE FROM payment_simulator.callbacks
        WHERE delivered_at IS NULL AND id % 100 <= $1::integer / 2 RETURNING id`,
    },
  ],
  ask,
  compare,
};

/** The provider answers every fortieth request with 503 because of its amount, which ends in 08. */
const FAILING = 40;

/** Ends in 30 to 99, so that neither the charge nor its two parts, one of which ends in 11, force an outcome. */
const amountOf = (dice: () => number): number => 100 * (1 + Math.floor(dice() * 900)) + 30 + Math.floor(dice() * 70);

async function ask(customer: Customer, _merchant: BenchMerchant, index: number, dice: () => number): Promise<void> {
  const drawn = amountOf(dice);
  const amount = index % FAILING === FAILING - 1 ? 100 * Math.floor(drawn / 100) + 8 : drawn;
  const currency = CURRENCIES[index % CURRENCIES.length];
  const payment = await customer.post('/payments', { amount, currency, purpose_code: 'P0802' }, `payment-${index}`);
  if (index % 2 === 1) return;
  // Two parts, the second of which is the rest; as soon as there is something to refund.
  const path = `/payments/${String(payment.body['id'])}/refund`;
  const part = 100 * Math.floor(amount / 300) + 11;
  for (const [i, body] of [{ amount: part }, {}].entries()) {
    for (;;) {
      const { status, body: answer } = await customer.post(path, body, `refund-${index}-${i}`);
      if (status !== CONFLICT || answer['current_status'] === 'failed') break;
      await pause(RETRY_MS);
    }
  }
}

async function compare(superuser: Database, asked: number): Promise<Compared> {
  const rows = await superuser.query<BothRow>(BOTH);
  const findings = rows.flatMap(differences);
  const payments = rows.filter(({ subject }) => subject === 'payment');
  const refunds = rows.filter(({ subject }) => subject === 'refund');
  if (payments.length !== asked) findings.push(`${asked} payments were accepted, and there are ${payments.length}`);
  for (const { reference } of await superuser.query<{ reference: string }>(OVERREFUNDED))
    findings.push(`of ${reference} more was given back than was charged`);
  const counted = (all: readonly BothRow[], status: string): number =>
    all.filter((row) => row.status === status).length;
  const ends = (all: readonly BothRow[]): string =>
    `${counted(all, 'done')} succeeded, ${counted(all, 'failed')} failed`;
  const figures = `${payments.length} payments: ${ends(payments)}; ${refunds.length} refunds: ${ends(refunds)}`;
  return { findings, figures };
}

function differences(row: BothRow): string[] {
  const { id, subject, status, expected, amount_minor, their_amount_minor, provider_id, their_id, times_moved } = row;
  if (id === null) return [`the provider has ${their_id}, of which Bahi knows nothing`];
  const found: string[] = [];
  if (status !== expected) found.push(`${subject} ${id} is ${status}, and at the provider it is ${expected}`);
  if (times_moved > 1) found.push(`${subject} ${id} was carried out ${times_moved} times`);
  if (times_moved === 1 && provider_id !== their_id)
    found.push(`${subject} ${id} is called ${provider_id}, and by the provider ${their_id}`);
  if (their_amount_minor !== null && amount_minor !== their_amount_minor)
    found.push(`${subject} ${id} is about ${amount_minor}, and the provider has ${their_amount_minor}`);
  return found;
}
