import { byOrder } from '../../../shared/audit/order-audit.js';
import type { OrderFault } from '../../../shared/audit/order-faults.js';
import { faultOf, type Particulars } from '../../../shared/audit/particulars.js';
import { chainFaults } from '../../../shared/audit/timeline-chain.js';
import { asUuid, byId, bySeq, slicesOfMerchant } from '../../../platform/database/database.public.js';
import { type StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { unhashedUntil } from '../../../platform/orders/orders.public.js';
import { checkPart, type Finding, finding, tracesOfOrders } from '../../ledger/ledger.public.js';
import { faultsOfClaims, faultsOfCredit, faultsOfRefund, faultsOfTimeline } from '../domain/payment-audit.js';
import { paymentEventRows, payments, refunds } from './payment-row.js';
import { paymentsToCheck, SLICE } from './payments-to-check.js';

const PAYMENTS = `
  SELECT ${payments.list('p')} FROM payments p WHERE p.merchant_id = $1 AND p.id = ANY($2) ORDER BY p.id`;

const REFUNDS = `
  SELECT ${refunds.list('r')} FROM refunds r WHERE r.merchant_id = $1 AND r.payment_id = ANY($2) ORDER BY r.id`;

const LEDGER_LINES = `
  SELECT t.seq, t.kind, t.reference_id AS id, CASE WHEN t.kind = 'payment'
    THEN EXISTS (SELECT FROM payments p WHERE p.merchant_id = $1 AND p.id = ${asUuid('t.reference_id')})
    ELSE EXISTS (
      SELECT FROM refunds r JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
      WHERE r.merchant_id = $1 AND r.id = ${asUuid('t.reference_id')}
    ) END AS exists
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2 AND (t.kind = 'payment' OR t.kind LIKE 'refund%') ORDER BY t.seq LIMIT $3`;

/** Compares each payment and refund with its transactions and its timeline. */
const orders = checkPart('payments', paymentsToCheck, async function* ({ sql, merchantId, linesOf }, named) {
  const chainedFrom = await unhashedUntil(sql);
  const ids = named.map(({ id }) => id);
  const all = (await sql.query<StoredRow>(REFUNDS, [merchantId, ids])).map(refunds.fromRow);
  const refundsOf = byOrder(all, ({ paymentId }) => paymentId);
  const lines = byOrder(await linesOf([...ids, ...all.map(({ id }) => id)]), ({ causeId }) => causeId);
  const entries = byOrder(await paymentEventRows.ofOrders(sql, merchantId, ids), ({ orderId }) => orderId);
  for (const row of await sql.query<StoredRow>(PAYMENTS, [merchantId, ids])) {
    const payment = payments.fromRow(row);
    const refundsOfIt = refundsOf(payment.id);
    const found = (code: Finding['code']) => (what: Particulars) => finding(code, merchantId, what);
    const ofPayment = (fault: OrderFault): Particulars => faultOf('payment', payment, fault);
    yield* faultsOfCredit(payment, lines(payment.id)).map(found('PAYMENT_MISMATCH'));
    yield* faultsOfClaims(payment, refundsOfIt).map(found('REFUND_MISMATCH'));
    for (const refund of refundsOfIt) {
      const faults = faultsOfRefund(refund, payment, lines(refund.id));
      yield* faults.map((fault) => faultOf('refund', refund, fault)).map(found('REFUND_MISMATCH'));
    }
    const timeline = entries(payment.id);
    yield* faultsOfTimeline(payment, refundsOfIt, timeline).map(ofPayment).map(found('TIMELINE_MISMATCH'));
    yield* chainFaults(payment, timeline, chainedFrom).map(ofPayment).map(found('TIMELINE_HASH_MISMATCH'));
  }
});

/** Compares each payment and refund with its transactions and its timeline, and each of these with its order. */
export const paymentTies = [
  orders,
  ...tracesOfOrders('payments', {
    transactions: slicesOfMerchant(bySeq(SLICE, LEDGER_LINES)),
    timelines: slicesOfMerchant(byId(SLICE, paymentEventRows.tracesOf('payments'))),
    subjectOf: (kind) => (kind === 'payment' ? 'payment' : 'refund'),
  }),
];
