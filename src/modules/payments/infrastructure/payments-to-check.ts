import { asUuid, byId, bySeq, inSlices, merchantAsText } from '../../../platform/database/database.public.js';
import { type OrderToCheck, ordersToCheck } from '../../ledger/ledger.public.js';

/** Payments per read, with everything that belongs to them. */
export const SLICE = 1_000;

const ALL = 'SELECT p.id FROM payments p WHERE p.merchant_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3';

/** Whether money of the payment or its refunds has moved. The merchant is compared as text: see `LedgerCauseStore`. */
const hasMovedAfter = (id: string, seq: string, boundAt: number): string => `
  EXISTS (SELECT FROM ledger_transactions l WHERE l.reference_id = ANY(ARRAY(
    SELECT ${id}::text UNION ALL SELECT r.id::text FROM refunds r WHERE r.merchant_id = $1 AND r.payment_id = ${id}
  )) AND l.kind <> 'adjustment' AND ${merchantAsText('l.merchant_id', 1, boundAt)} AND l.seq > ${seq})`;

/**
 * Older payments whose money, or whose refunds' money, has moved since the last verification, with the last
 * transaction.
 */
const MOVED = `
  SELECT m.seq, m.id FROM (
    SELECT t.seq, CASE WHEN t.kind = 'payment' THEN ${asUuid('t.reference_id')} ELSE (
      SELECT r.payment_id FROM refunds r WHERE r.merchant_id = $1 AND r.id = ${asUuid('t.reference_id')}
    ) END AS id
    FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND (t.kind = 'payment' OR t.kind LIKE 'refund%') AND t.seq > $4
  ) m WHERE m.id <= $2::uuid AND NOT ${hasMovedAfter('m.id', 'm.seq', 3)} ORDER BY m.seq LIMIT $5`;

/** Older payments that are open, or have an open refund, and whose money has not moved since the last verification. */
const OPEN = `
  SELECT p.id FROM payments p
  WHERE p.merchant_id = $1 AND p.id <= $2::uuid AND p.id IN (
    SELECT o.id FROM payments o WHERE o.merchant_id = $1 AND o.next_attempt_at IS NOT NULL
    UNION ALL SELECT r.payment_id FROM refunds r WHERE r.merchant_id = $1 AND r.next_attempt_at IS NOT NULL
  ) AND NOT ${hasMovedAfter('p.id', '$3::bigint', 4)} AND p.id > $5 ORDER BY p.id LIMIT $6`;

/** The ids of the payments that are to be checked, with their refunds, each once. */
export const paymentsToCheck = ordersToCheck(inSlices<OrderToCheck>, {
  all: byId(SLICE, ALL),
  moved: bySeq(SLICE, MOVED),
  open: byId(SLICE, OPEN),
});
