import type { Sql } from '../../../platform/database/database.public.js';
import type { BookCheck, Finding } from '../../ledger/ledger.public.js';

/**
 * What payouts add to `verify`: their holds, that no bank has contradicted an end that a payout already has or sent
 * what cannot be right, and that no two payouts were paid by one transfer.
 */
export const checkPayouts: BookCheck<Sql> = { holders: 'open payouts', held, findings };

/** What the bank says of a payout without an end. */
const CONTRARY: Readonly<Record<string, string>> = { processing: 'has another transfer under its reference' };

async function held(sql: Sql, merchantId: string): Promise<bigint> {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise), 0) AS sum FROM payouts WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  return BigInt(open!.sum);
}

async function* findings(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const contradicted = await sql.query<{ id: string; status: string }>(
    `SELECT id, status FROM payouts WHERE merchant_id = $1 AND bank_disagrees ORDER BY id`,
    [merchantId],
  );
  for (const { id, status } of contradicted) {
    const detail = `payout ${id} is ${status}, and the bank ${CONTRARY[status] ?? 'says otherwise'}`;
    yield { code: 'BANK_DISAGREES', merchantId, detail };
  }
  yield* checkUtrs(sql, merchantId);
  yield* checkCallbacks(sql, merchantId);
}

/** A UTR names one transfer, whoever's it is. */
async function* checkUtrs(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const shared = await sql.query<{ id: string; other: string; utr: string }>(
    `SELECT p.id, o.id AS other, p.utr FROM payouts p JOIN payouts o ON o.utr = p.utr AND o.id <> p.id
     WHERE p.merchant_id = $1 AND p.utr IS NOT NULL ORDER BY p.id, o.id`,
    [merchantId],
  );
  for (const { id, other, utr } of shared)
    yield { code: 'UTR_REUSED', merchantId, detail: `payouts ${id} and ${other} both carry the UTR ${utr}` };
}

/** Signed by the bank, and not acted upon: somebody must find out why. */
async function* checkCallbacks(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const refused = await sql.query<{ gateway: string; event_id: string; outcome: string; reference: string }>(
    `SELECT c.gateway, c.event_id, c.outcome, c.reference FROM gateway_callbacks c
     JOIN payouts p ON p.id::text = c.reference AND p.merchant_id = $1
     WHERE c.subject = 'payout' AND c.outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed') ORDER BY c.received_at`,
    [merchantId],
  );
  for (const { gateway, event_id, outcome, reference } of refused) {
    const detail = `callback ${event_id} of ${gateway} about payout ${reference} was not taken in: ${outcome}`;
    yield { code: 'CALLBACK_REFUSED', merchantId, detail };
  }
}
