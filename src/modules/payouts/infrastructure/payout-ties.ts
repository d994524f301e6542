import { byOrder } from '../../../shared/order-audit.js';
import { chainFaults } from '../../../shared/timeline-chain.js';
import { asUuid, BEFORE_ALL_IDS, inSlices, type Sql } from '../../../platform/database/database.public.js';
import { type StoredRow, unhashedUntil } from '../../../platform/group-commit/group-commit.public.js';
import type { Finding, LinesOf } from '../../ledger/ledger.public.js';
import { faultsOfMoney, faultsOfTimeline } from '../domain/payout-audit.js';
import { payoutEventRows, payouts } from './payout-row.js';

/** Payouts per read, with all that belongs to them. */
const SLICE = 1_000;

const PAYOUTS = {
  text: `SELECT ${payouts.list('p')} FROM payouts p WHERE p.merchant_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3`,
  key: 'id',
  start: BEFORE_ALL_IDS,
  size: SLICE,
};

const EVENTS = `
  SELECT ${payoutEventRows.list('e')} FROM payout_events e
  WHERE e.merchant_id = $1 AND e.payout_id = ANY($2) ORDER BY e.payout_id, e.seq`;

const isPayout = (id: string): string => `EXISTS (SELECT FROM payouts p WHERE p.merchant_id = $1 AND p.id = ${id})`;

const LEDGER_LINES = {
  text: `
    SELECT t.seq, t.kind, t.reference_id AS id, ${isPayout(asUuid('t.reference_id'))} AS exists FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND t.seq > $2 AND t.kind LIKE 'payout%' ORDER BY t.seq LIMIT $3`,
  key: 'seq',
  start: '0',
  size: SLICE,
};

const TIMELINES = {
  text: `
    SELECT e.id, ${isPayout('e.id')} AS exists FROM (
      SELECT DISTINCT payout_id AS id FROM payout_events WHERE merchant_id = $1 AND payout_id > $2 ORDER BY 1 LIMIT $3
    ) e ORDER BY e.id`,
  key: 'id',
  start: BEFORE_ALL_IDS,
  size: SLICE,
};

/** Each payout with its transactions and its timeline, and each of these with its payout. */
export async function* checkPayoutTies(sql: Sql, merchantId: string, linesOf: LinesOf): AsyncGenerator<Finding> {
  const chainedFrom = await unhashedUntil(sql);
  for await (const rows of inSlices<StoredRow>(sql, PAYOUTS, merchantId)) {
    const slice = rows.map(payouts.fromRow);
    const ids = slice.map(({ id }) => id);
    const lines = byOrder(await linesOf(ids), ({ causeId }) => causeId);
    const events = await sql.query<StoredRow>(EVENTS, [merchantId, ids]);
    const entries = byOrder(events.map(payoutEventRows.fromRow), ({ orderId }) => orderId);
    for (const payout of slice) {
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
  yield* checkWithoutPayout(sql, merchantId);
}

/** What stands there for a payout that does not. */
async function* checkWithoutPayout(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const finding = (what: string, id: string): Finding => {
    return { code: 'PAYOUT_MISMATCH', merchantId, detail: `${what} of payout ${id}, which does not exist` };
  };
  for await (const slice of inSlices<Existing & { readonly kind: string }>(sql, LEDGER_LINES, merchantId))
    for (const { id, kind, exists } of slice) if (!exists) yield finding(`the ledger has a ${kind}`, id);
  for await (const slice of inSlices<Existing>(sql, TIMELINES, merchantId))
    for (const { id, exists } of slice) if (!exists) yield finding('there is a timeline', id);
}

interface Existing {
  /** Of the payout. */
  readonly id: string;
  readonly exists: boolean;
}
