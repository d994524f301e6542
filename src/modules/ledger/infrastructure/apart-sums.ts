import { bound, type ListStatement } from '../../../platform/database/database.public.js';
import type { ApartKind, ApartSum } from '../domain/day-flows.js';
import type { Account } from '../domain/transaction.js';

/** The advice to a caller that asked for more than the server could read in time. */
export const FEWER_DAYS = 'Ask for fewer days.';

/** The kinds are those of the index `ledger_transactions_summed`, the only index that has the merchant in this form. */
const APART_SUMS = `
  SELECT width_bucket(t.seq - 1, $2::bigint[]) - 1 AS day, t.kind, e.account,
    coalesce(sum(e.amount_paise) FILTER (WHERE e.amount_paise > 0), 0) AS gained,
    coalesce(-sum(e.amount_paise) FILTER (WHERE e.amount_paise < 0), 0) AS lost
  FROM (
    SELECT seq, kind FROM ledger_transactions
    WHERE uuid_send(merchant_id) = uuid_send($1::uuid) AND ${bound('merchant_id', 5)} AND seq > $3 AND seq <= $4
      AND kind IN ('payout_reversal', 'refund', 'adjustment')
  ) t
  CROSS JOIN unnest('{paid_out,received,fees,taxes}'::text[]) AS a(account)
  CROSS JOIN LATERAL (
    SELECT e.account, e.amount_paise FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = a.account AND e.seq = t.seq LIMIT 1
  ) e
  GROUP BY 1, 2, 3`;

export interface ApartRow {
  readonly day: number;
  readonly kind: ApartKind;
  readonly account: Account;
  readonly gained: string;
  readonly lost: string;
}

/** @param seqs ascending: where the first day begins, then the end of each day */
export function apartSums(merchantId: string, seqs: readonly number[], askedBy: string): ListStatement {
  const values = [merchantId, seqs, seqs[0], seqs.at(-1), null];
  return { text: APART_SUMS, values, of: { merchantId, boundAt: 4 }, askedBy, narrowerBy: FEWER_DAYS };
}

export function apartSum({ day, kind, account, gained, lost }: ApartRow): ApartSum {
  return { day, kind, account, gainedPaise: BigInt(gained), lostPaise: BigInt(lost) };
}
