import { AppendedRowStore, ReferenceStore, RowStore } from '../../../platform/group-commit/group-commit.public.js';
import { payoutEvents, payoutReferences, payoutRows } from '../domain/payout-tables.js';
import { payoutEventRows, payouts } from './payout-row.js';

/** How payouts are read and written on the write path. */
export const PAYOUT_STORES = [
  new RowStore(payoutRows, payouts),
  new ReferenceStore(payoutReferences, 'payouts'),
  new AppendedRowStore(payoutEvents, payoutEventRows),
];
