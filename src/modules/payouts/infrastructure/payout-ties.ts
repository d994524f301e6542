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
import { faultsOfMoney, faultsOfTimeline } from '../domain/payout-audit.js';
import { payoutEventRows, payouts } from './payout-row.js';
import { payoutsToCheck, SLICE } from './payouts-to-check.js';

const PAYOUTS = `
  SELECT ${payouts.list('p')} FROM payouts p WHERE p.merchant_id = $1 AND p.id = ANY($2) ORDER BY p.id`;

const EVENTS = `
  SELECT ${payoutEventRows.list('e')} FROM payout_events e
  WHERE e.merchant_id = $1 AND e.payout_id = ANY($2) ORDER BY e.payout_id, e.seq`;

interface Existing {
  /** Of the payout. */
  readonly id: string;
  readonly exists: boolean;
}

interface Line extends Existing {
  readonly seq: string;
  readonly kind: string;
}

const isPayout = (id: string): string => `EXISTS (SELECT FROM payouts p WHERE p.merchant_id = $1 AND p.id = ${id})`;

const LEDGER_LINES: SlicedQuery<Line> = {
  text: `
    SELECT t.seq, t.kind, t.reference_id AS id, ${isPayout(asUuid('t.reference_id'))} AS exists FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND t.seq > $2 AND t.kind LIKE 'payout%' ORDER BY t.seq LIMIT $3`,
  key: ['seq'],
  start: ['0'],
  size: SLICE,
};

const TIMELINES: SlicedQuery<Existing> = {
  text: `
    SELECT e.id, ${isPayout('e.id')} AS exists FROM (
      SELECT DISTINCT payout_id AS id FROM payout_events WHERE merchant_id = $1 AND payout_id > $2 ORDER BY 1 LIMIT $3
    ) e ORDER BY e.id`,
  key: ['id'],
  start: [BEFORE_ALL_IDS],
  size: SLICE,
};

/** Each payout with its transactions and its timeline, and each of these with its payout. */
export const payoutTies = [
  checkPart('payouts', payoutsToCheck, faultsOfPayouts),
  checkPart(
    'transactions of payouts',
    ({ sql, merchantId, since }: CheckedBook<Sql>, after) =>
      inSlices(sql, LEDGER_LINES, [merchantId], since === null ? after : [String(since.seq)]),
    ({ merchantId }, lines) =>
      lines.filter(({ exists }) => !exists).map(({ id, kind }) => missing(merchantId, `the ledger has a ${kind}`, id)),
  ),
  checkPart(
    'timelines of payouts',
    ({ sql, merchantId, since }: CheckedBook<Sql>, after) =>
      inSlices(sql, TIMELINES, [merchantId], since === null ? after : [since.id]),
    ({ merchantId }, all) =>
      all.filter(({ exists }) => !exists).map(({ id }) => missing(merchantId, 'there is a timeline', id)),
  ),
];

async function* faultsOfPayouts(
  { sql, merchantId, linesOf }: CheckedBook<Sql>,
  named: readonly { readonly id: string }[],
): AsyncGenerator<Finding> {
  const chainedFrom = await unhashedUntil(sql);
  const ids = named.map(({ id }) => id);
  const lines = byOrder(await linesOf(ids), ({ causeId }) => causeId);
  const events = await sql.query<StoredRow>(EVENTS, [merchantId, ids]);
  const entries = byOrder(events.map(payoutEventRows.fromRow), ({ orderId }) => orderId);
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
