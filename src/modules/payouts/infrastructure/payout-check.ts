import type { OrderFault } from '../../../shared/audit/order-faults.js';
import { faultOf } from '../../../shared/audit/particulars.js';
import { byId, slicesOfMerchant, type Sql } from '../../../platform/database/database.public.js';
import { type BookCheck, checkPart, toBeJudged } from '../../ledger/ledger.public.js';
import { findingsOfNoBook, callbacks } from './callback-check.js';
import { payoutTies } from './payout-ties.js';
import { utrs } from './utr-check.js';

/** The fault if the bank contradicts a payout that has not ended. */
const CONTRARY: Readonly<Record<string, OrderFault>> = {
  processing: { code: 'bank_has_another_transfer', values: {} },
};

type Contradicted = Readonly<Record<'id' | 'status' | 'history', string>> & { readonly utr: string | null };

/** A small slice, because each row contains a whole timeline. */
const CONTRADICTED = byId<Contradicted>(
  200,
  `
    SELECT p.id, p.status, p.utr, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data) ORDER BY e.seq)::text
      FROM payout_events e WHERE e.merchant_id = $1 AND e.payout_id = p.id AND e.type <> 'payout.archived')
      AS history
    FROM payouts p WHERE p.merchant_id = $1 AND p.bank_disagrees AND p.id > $2 ORDER BY p.id LIMIT $3`,
);

/** The evidence is how the payout ended and its whole timeline, without the archiving. */
const contradictions = checkPart(
  'payouts that a bank has contradicted',
  slicesOfMerchant(CONTRADICTED),
  ({ merchantId }, rows) =>
    rows.map((row) => {
      const { id, status, utr, history } = row;
      const particulars = faultOf('payout', row, CONTRARY[status] ?? { code: 'bank_says_otherwise', values: {} });
      return toBeJudged('BANK_DISAGREES', merchantId, particulars, [id, status, utr, history]);
    }),
);

/**
 * What payouts add to `verify`: their holds; that each payout has its transactions and its timeline, and the other way
 * round; that no bank has contradicted a payout's end, or sent a callback that cannot be right; and that no two payouts
 * were paid by one transfer.
 */
export const checkPayouts = {
  holders: 'payouts',
  held,
  judged: [contradictions, utrs, callbacks],
  computed: payoutTies,
  findingsOfNoBook,
} satisfies BookCheck<Sql>;

async function held(sql: Sql, merchantId: string): Promise<bigint> {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise), 0) AS sum FROM payouts WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  return BigInt(open!.sum);
}
