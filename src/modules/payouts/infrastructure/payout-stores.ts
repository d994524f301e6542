import type { Sql } from '../../../platform/database/database.public.js';
import {
  AppendedRowStore,
  type BookTableStore,
  bound,
  type BoundTo,
  type LoadedRow,
  ReferenceStore,
  RowStore,
} from '../../../platform/group-commit/group-commit.public.js';
import { payoutDestinations, payoutEvents, payoutReferences, payoutRows } from '../domain/payout-tables.js';
import { payoutEventRows, payouts } from './payout-row.js';

/**
 * Reads each row by its whole key, in this order. With a free choice of joins, a plan made while there were few payouts
 * would read all payouts of a merchant for each wanted one.
 */
const DESTINATIONS = `
  SELECT p.merchant_id, p.id, a.is_active FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  CROSS JOIN LATERAL (
    SELECT p.merchant_id, p.id, p.bank_account_id FROM payouts p
    WHERE p.merchant_id = wanted.merchant_id AND p.id = wanted.id AND ${bound('p.merchant_id', 3)} OFFSET 0
  ) p
  CROSS JOIN LATERAL (
    SELECT a.is_active FROM bank_accounts a
    WHERE a.merchant_id = p.merchant_id AND a.id = p.bank_account_id AND ${bound('a.merchant_id', 3)} OFFSET 0
  ) a`;

/** Bank accounts belong to the module of merchants; this store only looks up whether a payout's account is active. */
class PayoutDestinationStore implements BookTableStore<boolean> {
  readonly table = payoutDestinations;

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    ids: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<boolean>[]> {
    const rows = await sql.query<{ merchant_id: string; id: string; is_active: boolean }>(DESTINATIONS, [
      merchantIds,
      ids,
      boundTo,
    ]);
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.id, row: row.is_active }));
  }
}

/** How payouts are read and written on the write path. */
export const PAYOUT_STORES = [
  new RowStore(payoutRows, payouts),
  new PayoutDestinationStore(),
  new ReferenceStore(payoutReferences, 'payouts'),
  new AppendedRowStore(payoutEvents, payoutEventRows),
];
