import { byOrder } from '../../../shared/order-audit.js';
import { chainFaults } from '../../../shared/timeline-chain.js';
import {
  asUuid,
  BEFORE_ALL_IDS,
  inSlices,
  type SlicedQuery,
  type Sql,
} from '../../../platform/database/database.public.js';
import { type StoredRow, unhashedUntil } from '../../../platform/group-commit/group-commit.public.js';
import { type CheckedBook, checkPart, type Finding } from '../../ledger/ledger.public.js';
import { faultsOfClaims, faultsOfCredit, faultsOfRefund, faultsOfTimeline } from '../domain/payment-audit.js';
import { paymentEventRows, payments, refunds } from './payment-row.js';
import { paymentsToCheck, SLICE } from './payments-to-check.js';

const PAYMENTS = `
  SELECT ${payments.list('p')} FROM payments p WHERE p.merchant_id = $1 AND p.id = ANY($2) ORDER BY p.id`;

const REFUNDS = `
  SELECT ${refunds.list('r')} FROM refunds r WHERE r.merchant_id = $1 AND r.payment_id = ANY($2) ORDER BY r.id`;

const EVENTS = `
  SELECT ${paymentEventRows.list('e')} FROM payment_events e
  WHERE e.merchant_id = $1 AND e.payment_id = ANY($2) ORDER BY e.payment_id, e.seq`;

interface Existing {
  /** Of the refund, or the payment. */
  readonly id: string;
  readonly exists: boolean;
}

interface Line extends Existing {
  readonly seq: string;
  readonly kind: string;
}

const isPayment = (id: string): string => `EXISTS (SELECT FROM payments p WHERE p.merchant_id = $1 AND p.id = ${id})`;

const LEDGER_LINES: SlicedQuery<Line> = {
  text: `
    SELECT t.seq, t.kind, t.reference_id AS id, CASE WHEN t.kind = 'payment' THEN ${isPayment(asUuid('t.reference_id'))}
      ELSE EXISTS (
        SELECT FROM refunds r JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
        WHERE r.merchant_id = $1 AND r.id = ${asUuid('t.reference_id')}
      ) END AS exists
    FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND t.seq > $2 AND (t.kind = 'payment' OR t.kind LIKE 'refund%') ORDER BY t.seq LIMIT $3`,
  key: ['seq'],
  start: ['0'],
  size: SLICE,
};

const TIMELINES: SlicedQuery<Existing> = {
  text: `
    SELECT e.id, ${isPayment('e.id')} AS exists FROM (
      SELECT DISTINCT payment_id AS id FROM payment_events WHERE merchant_id = $1 AND payment_id > $2 ORDER BY 1 LIMIT $3
    ) e ORDER BY e.id`,
  key: ['id'],
  start: [BEFORE_ALL_IDS],
  size: SLICE,
};

/** Each payment and refund with its transactions and its timeline, and each of these with its payment or refund. */
export const paymentTies = [
  checkPart('payments', paymentsToCheck, faultsOfPayments),
  checkPart(
    'transactions of payments',
    ({ sql, merchantId, since }: CheckedBook<Sql>, after) =>
      inSlices(sql, LEDGER_LINES, [merchantId], since === null ? after : [String(since.seq)]),
    ({ merchantId }, lines) => lines.filter(({ exists }) => !exists).map((line) => ofNothing(merchantId, line)),
  ),
  checkPart(
    'timelines of payments',
    ({ sql, merchantId, since }: CheckedBook<Sql>, after) =>
      inSlices(sql, TIMELINES, [merchantId], since === null ? after : [since.id]),
    ({ merchantId }, all) =>
      all
        .filter(({ exists }) => !exists)
        .map(({ id }) => refundMismatch(merchantId, `there is a timeline of payment ${id}`)),
  ),
];

async function* faultsOfPayments(
  { sql, merchantId, linesOf }: CheckedBook<Sql>,
  named: readonly { readonly id: string }[],
): AsyncGenerator<Finding> {
  const chainedFrom = await unhashedUntil(sql);
  const ids = named.map(({ id }) => id);
  const all = (await sql.query<StoredRow>(REFUNDS, [merchantId, ids])).map(refunds.fromRow);
  const refundsOf = byOrder(all, ({ paymentId }) => paymentId);
  const lines = byOrder(await linesOf([...ids, ...all.map(({ id }) => id)]), ({ causeId }) => causeId);
  const events = await sql.query<StoredRow>(EVENTS, [merchantId, ids]);
  const entries = byOrder(events.map(paymentEventRows.fromRow), ({ orderId }) => orderId);
  for (const row of await sql.query<StoredRow>(PAYMENTS, [merchantId, ids])) {
    const payment = payments.fromRow(row);
    const its = refundsOf(payment.id);
    for (const fault of faultsOfCredit(payment, lines(payment.id)))
      yield { code: 'PAYMENT_MISMATCH', merchantId, detail: `payment ${payment.id} ${fault}` };
    for (const fault of faultsOfClaims(payment, its))
      yield { code: 'REFUND_MISMATCH', merchantId, detail: `payment ${payment.id} ${fault}` };
    for (const refund of its)
      for (const fault of faultsOfRefund(refund, payment, lines(refund.id)))
        yield {
          ...{ code: 'REFUND_MISMATCH', merchantId },
          detail: `refund ${refund.id} is ${refund.status}, and ${fault}`,
        };
    const about = `payment ${payment.id} is ${payment.status}, and`;
    const timeline = entries(payment.id);
    for (const fault of faultsOfTimeline(payment, its, timeline))
      yield { code: 'TIMELINE_MISMATCH', merchantId, detail: `${about} ${fault}` };
    for (const fault of chainFaults(payment, timeline, chainedFrom))
      yield { code: 'TIMELINE_HASH_MISMATCH', merchantId, detail: `${about} ${fault}` };
  }
}

/** What stands there for a payment, or a refund, that does not. */
function ofNothing(merchantId: string, { id, kind }: Line): Finding {
  if (kind !== 'payment') return refundMismatch(merchantId, `the ledger has a ${kind} of refund ${id}`);
  return { code: 'PAYMENT_MISMATCH', merchantId, detail: `the ledger has payment ${id}, which does not exist` };
}

function refundMismatch(merchantId: string, what: string): Finding {
  return { code: 'REFUND_MISMATCH', merchantId, detail: `${what}, which does not exist` };
}
