import { byOrder } from '../../../shared/order-audit.js';
import type { Sql } from '../../../platform/database/database.public.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import type { Finding, LinesOf } from '../../ledger/ledger.public.js';
import { faultsOfMoney, faultsOfTimeline } from '../domain/payout-audit.js';
import type { PayoutState } from '../domain/payout-state.js';
import { payoutEventRows, payouts } from './payout-row.js';

/** Payouts per read, with all that belongs to them: some megabytes. */
const SLICE = 1_000;

const PAYOUTS = `SELECT ${payouts.list('p')} FROM payouts p WHERE p.merchant_id = $1 AND p.id > $2 ORDER BY p.id LIMIT ${SLICE}`;

const EVENTS = `
  SELECT ${payoutEventRows.list('e')} FROM payout_events e
  WHERE e.merchant_id = $1 AND e.payout_id = ANY($2) ORDER BY e.payout_id, e.seq`;

/** What stands there for a payout that does not. */
const WITHOUT_PAYOUT = `
  SELECT t.reference_id AS id, 'the ledger has a ' || t.kind AS what FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.kind LIKE 'payout%'
    AND NOT EXISTS (SELECT FROM payouts p WHERE p.merchant_id = $1 AND p.id::text = t.reference_id)
  UNION ALL
  SELECT DISTINCT e.payout_id::text, 'there is a timeline' FROM payout_events e
  WHERE e.merchant_id = $1 AND NOT EXISTS (SELECT FROM payouts p WHERE p.merchant_id = $1 AND p.id = e.payout_id)
  ORDER BY 1, 2`;

/** Each payout with its transactions and its timeline, and each of these with its payout. */
export async function* checkPayoutTies(sql: Sql, merchantId: string, linesOf: LinesOf): AsyncGenerator<Finding> {
  for await (const slice of slices(sql, merchantId)) {
    const ids = slice.map(({ id }) => id);
    const lines = byOrder(await linesOf(ids), ({ causeId }) => causeId);
    const rows = await sql.query<StoredRow>(EVENTS, [merchantId, ids]);
    const entries = byOrder(rows.map(payoutEventRows.fromRow), ({ orderId }) => orderId);
    for (const payout of slice) {
      const [its, told] = [lines(payout.id), entries(payout.id)];
      const about = `payout ${payout.id} is ${payout.status}, and`;
      for (const fault of faultsOfMoney(payout, its))
        yield { code: 'PAYOUT_MISMATCH', merchantId, detail: `${about} ${fault}` };
      for (const fault of faultsOfTimeline(payout, told, its))
        yield { code: 'TIMELINE_MISMATCH', merchantId, detail: `${about} ${fault}` };
    }
  }
  for (const { id, what } of await sql.query<{ id: string; what: string }>(WITHOUT_PAYOUT, [merchantId]))
    yield { code: 'PAYOUT_MISMATCH', merchantId, detail: `${what} of payout ${id}, which does not exist` };
}

async function* slices(sql: Sql, merchantId: string): AsyncGenerator<PayoutState[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await sql.query<StoredRow>(PAYOUTS, [merchantId, after]);
    if (rows.length > 0) yield rows.map(payouts.fromRow);
    if (rows.length < SLICE) return;
    after = rows.at(-1)!['id'] as string;
  }
}
