import { byOrder } from '../../../shared/order-audit.js';
import { chainFaults } from '../../../shared/timeline-chain.js';
import { asUuid, BEFORE_ALL_IDS, inSlices, type Sql } from '../../../platform/database/database.public.js';
import { type StoredRow, unhashedUntil } from '../../../platform/group-commit/group-commit.public.js';
import type { Finding, LinesOf } from '../../ledger/ledger.public.js';
import { faultsOfRefund, faultsOfTimeline } from '../domain/payment-audit.js';
import { paymentEventRows, payments, refunds } from './payment-row.js';

/** Payments per read, with all that belongs to them. */
const SLICE = 1_000;

const PAYMENTS = {
  text: `SELECT ${payments.list('p')} FROM payments p WHERE p.merchant_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3`,
  key: 'id',
  start: BEFORE_ALL_IDS,
  size: SLICE,
};

const REFUNDS = `
  SELECT ${refunds.list('r')} FROM refunds r WHERE r.merchant_id = $1 AND r.payment_id = ANY($2) ORDER BY r.id`;

const EVENTS = `
  SELECT ${paymentEventRows.list('e')} FROM payment_events e
  WHERE e.merchant_id = $1 AND e.payment_id = ANY($2) ORDER BY e.payment_id, e.seq`;

const LEDGER_LINES = {
  text: `
    SELECT t.seq, t.kind, t.reference_id AS id, EXISTS (
      SELECT FROM refunds r JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
      WHERE r.merchant_id = $1 AND r.id = ${asUuid('t.reference_id')}
    ) AS exists FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND t.seq > $2 AND t.kind LIKE 'refund%' ORDER BY t.seq LIMIT $3`,
  key: 'seq',
  start: '0',
  size: SLICE,
};

const TIMELINES = {
  text: `
    SELECT e.id, EXISTS (SELECT FROM payments p WHERE p.merchant_id = $1 AND p.id = e.id) AS exists FROM (
      SELECT DISTINCT payment_id AS id FROM payment_events WHERE merchant_id = $1 AND payment_id > $2 ORDER BY 1 LIMIT $3
    ) e ORDER BY e.id`,
  key: 'id',
  start: BEFORE_ALL_IDS,
  size: SLICE,
};

/** Each payment and refund with its transactions and its timeline, and each of these with its payment or refund. */
export async function* checkPaymentTies(sql: Sql, merchantId: string, linesOf: LinesOf): AsyncGenerator<Finding> {
  const chainedFrom = await unhashedUntil(sql);
  for await (const rows of inSlices<StoredRow>(sql, PAYMENTS, merchantId)) {
    const slice = rows.map(payments.fromRow);
    const ids = slice.map(({ id }) => id);
    const all = (await sql.query<StoredRow>(REFUNDS, [merchantId, ids])).map(refunds.fromRow);
    const refundsOf = byOrder(all, ({ paymentId }) => paymentId);
    const lines = byOrder(await linesOf(all.map(({ id }) => id)), ({ causeId }) => causeId);
    const events = await sql.query<StoredRow>(EVENTS, [merchantId, ids]);
    const entries = byOrder(events.map(paymentEventRows.fromRow), ({ orderId }) => orderId);
    for (const payment of slice) {
      const its = refundsOf(payment.id);
      for (const refund of its) {
        for (const fault of faultsOfRefund(refund, payment, lines(refund.id))) {
          const detail = `refund ${refund.id} is ${refund.status}, and ${fault}`;
          yield { code: 'REFUND_MISMATCH', merchantId, detail };
        }
      }
      const about = `payment ${payment.id} is ${payment.status}, and`;
      const timeline = entries(payment.id);
      for (const fault of faultsOfTimeline(payment, its, timeline))
        yield { code: 'TIMELINE_MISMATCH', merchantId, detail: `${about} ${fault}` };
      for (const fault of chainFaults(payment, timeline, chainedFrom))
        yield { code: 'TIMELINE_HASH_MISMATCH', merchantId, detail: `${about} ${fault}` };
    }
  }
  yield* checkWithoutOrder(sql, merchantId);
}

/** What stands there for a refund, or a payment, that does not. */
async function* checkWithoutOrder(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const finding = (what: string): Finding => {
    return { code: 'REFUND_MISMATCH', merchantId, detail: `${what}, which does not exist` };
  };
  for await (const slice of inSlices<Existing & { readonly kind: string }>(sql, LEDGER_LINES, merchantId))
    for (const { id, kind, exists } of slice) if (!exists) yield finding(`the ledger has a ${kind} of refund ${id}`);
  for await (const slice of inSlices<Existing>(sql, TIMELINES, merchantId))
    for (const { id, exists } of slice) if (!exists) yield finding(`there is a timeline of payment ${id}`);
}

interface Existing {
  /** Of the refund, or the payment. */
  readonly id: string;
  readonly exists: boolean;
}
