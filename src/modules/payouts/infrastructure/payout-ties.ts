import { byOrder } from '../../../shared/audit/order-audit.js';
import type { OrderFault } from '../../../shared/audit/order-faults.js';
import { faultOf } from '../../../shared/audit/particulars.js';
import { chainFaults } from '../../../shared/audit/timeline-chain.js';
import { asUuid, byId, bySeq, slicesOfMerchant } from '../../../platform/database/database.public.js';
import { type StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { unhashedUntil } from '../../../platform/orders/orders.public.js';
import { checkPart, type Finding, finding, tracesOfOrders } from '../../ledger/ledger.public.js';
import { faultsOfMoney, faultsOfTimeline } from '../domain/payout-audit.js';
import { payoutEventRows, payouts } from './payout-row.js';
import { payoutsToCheck, SLICE } from './payouts-to-check.js';

const PAYOUTS = `
  SELECT ${payouts.list('p')} FROM payouts p WHERE p.merchant_id = $1 AND p.id = ANY($2) ORDER BY p.id`;

const LEDGER_LINES = `
  SELECT t.seq, t.kind, t.reference_id AS id,
    EXISTS (SELECT FROM payouts p WHERE p.merchant_id = $1 AND p.id = ${asUuid('t.reference_id')}) AS exists
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2 AND t.kind LIKE 'payout%' ORDER BY t.seq LIMIT $3`;

/** Compares each payout with its transactions and its timeline. */
const orders = checkPart('payouts', payoutsToCheck, async function* ({ sql, merchantId, linesOf }, named) {
  const chainedFrom = await unhashedUntil(sql);
  const ids = named.map(({ id }) => id);
  const lines = byOrder(await linesOf(ids), ({ causeId }) => causeId);
  const entries = byOrder(await payoutEventRows.ofOrders(sql, merchantId, ids), ({ orderId }) => orderId);
  for (const row of await sql.query<StoredRow>(PAYOUTS, [merchantId, ids])) {
    const payout = payouts.fromRow(row);
    const transactions = lines(payout.id);
    const timeline = entries(payout.id);
    const found = (code: Finding['code']) => (fault: OrderFault) =>
      finding(code, merchantId, faultOf('payout', payout, fault));
    yield* faultsOfMoney(payout, transactions).map(found('PAYOUT_MISMATCH'));
    yield* faultsOfTimeline(payout, timeline, transactions).map(found('TIMELINE_MISMATCH'));
    yield* chainFaults(payout, timeline, chainedFrom).map(found('TIMELINE_HASH_MISMATCH'));
  }
});

/** Compares each payout with its transactions and its timeline, and each of these with its payout. */
export const payoutTies = [
  orders,
  ...tracesOfOrders('payouts', {
    transactions: slicesOfMerchant(bySeq(SLICE, LEDGER_LINES)),
    timelines: slicesOfMerchant(byId(SLICE, payoutEventRows.tracesOf('payouts'))),
    subjectOf: () => 'payout',
  }),
];
