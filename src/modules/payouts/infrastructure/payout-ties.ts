import { byOrder } from '../../../shared/order-audit.js';
import { chainFaults } from '../../../shared/timeline-chain.js';
import { asUuid, byId, bySeq, inSlices, type Sql } from '../../../platform/database/database.public.js';
import { type StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { unhashedUntil } from '../../../platform/orders/orders.public.js';
import { type CheckedBook, checkPart, type Finding, ledgerPart, timelinePart } from '../../ledger/ledger.public.js';
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

/** Each payout with its transactions and its timeline, and each of these with its payout. */
export const payoutTies = [
  checkPart('payouts', payoutsToCheck, faultsOfPayouts),
  ledgerPart(
    'payouts',
    ({ sql, merchantId }: CheckedBook<Sql>, after) => inSlices(sql, bySeq(SLICE, LEDGER_LINES), [merchantId], after),
    (merchantId, { id, kind }) => missing(merchantId, `the ledger has a ${kind}`, id),
  ),
  timelinePart(
    'payouts',
    ({ sql, merchantId }: CheckedBook<Sql>, after) =>
      inSlices(sql, byId(SLICE, payoutEventRows.tracesOf('payouts')), [merchantId], after),
    (merchantId, { id }) => missing(merchantId, 'there is a timeline', id),
  ),
];

async function* faultsOfPayouts(
  { sql, merchantId, linesOf }: CheckedBook<Sql>,
  named: readonly { readonly id: string }[],
): AsyncGenerator<Finding> {
  const chainedFrom = await unhashedUntil(sql);
  const ids = named.map(({ id }) => id);
  const lines = byOrder(await linesOf(ids), ({ causeId }) => causeId);
  const entries = byOrder(await payoutEventRows.ofOrders(sql, merchantId, ids), ({ orderId }) => orderId);
  for (const row of await sql.query<StoredRow>(PAYOUTS, [merchantId, ids])) {
    const payout = payouts.fromRow(row);
    const [its, timeline] = [lines(payout.id), entries(payout.id)];
    const about = `payout ${payout.id} is ${payout.status}, and`;
    for (const fault of faultsOfMoney(payout, its))
      yield { code: 'PAYOUT_MISMATCH', merchantId, detail: `${about} ${fault}` };
    for (const fault of faultsOfTimeline(payout, timeline, its))
      yield { code: 'TIMELINE_MISMATCH', merchantId, detail: `${about} ${fault}` };
    for (const fault of chainFaults(payout, timeline, chainedFrom))
      yield { code: 'TIMELINE_HASH_MISMATCH', merchantId, detail: `${about} ${fault}` };
  }
}

/** What stands there for a payout that does not. */
function missing(merchantId: string, what: string, id: string): Finding {
  return { code: 'PAYOUT_MISMATCH', merchantId, detail: `${what} of payout ${id}, which does not exist` };
}
