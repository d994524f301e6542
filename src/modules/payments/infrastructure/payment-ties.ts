import { byOrder } from '../../../shared/order-audit.js';
import type { Sql } from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import type { Finding, LinesOf } from '../../ledger/ledger.public.js';
import { faultsOfRefund, faultsOfTimeline } from '../domain/payment-audit.js';
import type { PaymentState } from '../domain/payment-state.js';
import { paymentEventRows, payments, refunds } from './payment-row.js';

/** Payments per read, with all that belongs to them: some megabytes. */
const SLICE = 1_000;

const PAYMENTS = `SELECT ${payments.list('p')} FROM payments p WHERE p.merchant_id = $1 AND p.id > $2 ORDER BY p.id LIMIT ${SLICE}`;

const REFUNDS = `
  SELECT ${refunds.list('r')} FROM refunds r WHERE r.merchant_id = $1 AND r.payment_id = ANY($2) ORDER BY r.id`;

const EVENTS = `
  SELECT ${paymentEventRows.list('e')} FROM payment_events e
  WHERE e.merchant_id = $1 AND e.payment_id = ANY($2) ORDER BY e.payment_id, e.seq`;

/** What stands there for a refund, or a payment, that does not. */
const WITHOUT_ORDER = `
  SELECT 'the ledger has a ' || t.kind || ' of refund ' || t.reference_id AS what FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.kind LIKE 'refund%'
    AND NOT EXISTS (SELECT FROM refunds r JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
      WHERE r.merchant_id = $1 AND r.id::text = t.reference_id)
  UNION ALL
  SELECT DISTINCT 'there is a timeline of payment ' || e.payment_id FROM payment_events e
  WHERE e.merchant_id = $1 AND NOT EXISTS (SELECT FROM payments p WHERE p.merchant_id = $1 AND p.id = e.payment_id)
  ORDER BY 1`;

/** Each payment and refund with its transactions and its timeline, and each of these with its payment or refund. */
export async function* checkPaymentTies(sql: Sql, merchantId: string, linesOf: LinesOf): AsyncGenerator<Finding> {
  for await (const slice of slices(sql, merchantId)) {
    const ids = slice.map(({ id }) => id);
    const all = (await sql.query<StoredRow>(REFUNDS, [merchantId, ids])).map(refunds.fromRow);
    const refundsOf = byOrder(all, ({ paymentId }) => paymentId);
    const lines = byOrder(await linesOf(all.map(({ id }) => id)), ({ causeId }) => causeId);
    const rows = await sql.query<StoredRow>(EVENTS, [merchantId, ids]);
    const entries = byOrder(rows.map(paymentEventRows.fromRow), ({ orderId }) => orderId);
    for (const payment of slice) {
      const its = refundsOf(payment.id);
      for (const refund of its) {
        for (const fault of faultsOfRefund(refund, payment, lines(refund.id))) {
          const detail = `refund ${refund.id} is ${refund.status}, and ${fault}`;
          yield { code: 'REFUND_MISMATCH', merchantId, detail };
        }
      }
      for (const fault of faultsOfTimeline(payment, its, entries(payment.id))) {
        const detail = `payment ${payment.id} is ${payment.status}, and ${fault}`;
        yield { code: 'TIMELINE_MISMATCH', merchantId, detail };
      }
    }
  }
  for (const { what } of await sql.query<{ what: string }>(WITHOUT_ORDER, [merchantId]))
    yield { code: 'REFUND_MISMATCH', merchantId, detail: `${what}, which does not exist` };
}

async function* slices(sql: Sql, merchantId: string): AsyncGenerator<PaymentState[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await sql.query<StoredRow>(PAYMENTS, [merchantId, after]);
    if (rows.length > 0) yield rows.map(payments.fromRow);
    if (rows.length < SLICE) return;
    after = rows.at(-1)!['id'] as string;
  }
}
