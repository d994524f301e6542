import type { Sql } from '../../../platform/database/sql.js';
import type { BookCheck } from '../../ledger/ledger.public.js';

/**
 * What payouts add to `verify`: the money that the ledger holds is exactly the money of the open payouts, and no bank
 * has contradicted an end that a payout already has.
 */
export const checkPayouts: BookCheck<Sql> = async function* (sql, merchantId, heldPaise) {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise), 0) AS sum FROM payouts WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  if (BigInt(open!.sum) !== heldPaise) {
    const detail = `the ledger holds ${heldPaise} paise; the open payouts sum to ${open!.sum}`;
    yield { code: 'HELD_MISMATCH', merchantId, detail };
  }
  const contradicted = await sql.query<{ id: string; status: string }>(
    `SELECT id, status FROM payouts WHERE merchant_id = $1 AND bank_disagrees ORDER BY id`,
    [merchantId],
  );
  for (const { id, status } of contradicted) {
    yield { code: 'BANK_DISAGREES', merchantId, detail: `payout ${id} is ${status}, and the bank says otherwise` };
  }
};
