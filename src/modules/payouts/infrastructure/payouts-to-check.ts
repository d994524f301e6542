import { asUuid, byId, bySeq, inSlices, merchantAsText } from '../../../platform/database/database.public.js';
import { type OrderToCheck, ordersToCheck } from '../../ledger/ledger.public.js';

/** Payouts per read, with everything that belongs to them. */
export const SLICE = 1_000;

const ALL = 'SELECT p.id FROM payouts p WHERE p.merchant_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3';

/** The merchant is compared as text for the reason that `LedgerCauseStore` gives. */
const hasMovedAfter = (id: string, seq: string, boundAt: number): string => `
  EXISTS (SELECT FROM ledger_transactions l WHERE l.reference_id = ${id} AND l.kind LIKE 'payout%'
  AND ${merchantAsText('l.merchant_id', 1, boundAt)} AND l.seq > ${seq})`;

/** Older payouts whose money has moved since the last verification, each with its last transaction. */
const MOVED = `
  SELECT t.seq, ${asUuid('t.reference_id')} AS id FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.kind LIKE 'payout%' AND ${asUuid('t.reference_id')} <= $2::uuid AND t.seq > $4
    AND NOT ${hasMovedAfter('t.reference_id', 't.seq', 3)}
  ORDER BY t.seq LIMIT $5`;

/** Older payouts that are open and whose money has not moved since the last verification. */
const OPEN = `
  SELECT p.id FROM payouts p
  WHERE p.merchant_id = $1 AND p.next_attempt_at IS NOT NULL AND p.id <= $2::uuid
    AND NOT ${hasMovedAfter('p.id::text', '$3::bigint', 4)}
    AND p.id > $5 ORDER BY p.id LIMIT $6`;

/** The ids of the payouts that are to be checked, each once. */
export const payoutsToCheck = ordersToCheck(inSlices<OrderToCheck>, {
  all: byId(SLICE, ALL),
  moved: bySeq(SLICE, MOVED),
  open: byId(SLICE, OPEN),
});
