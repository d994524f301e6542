import { asUuid, rowsInSlices, slicesOfMerchant, type Sql } from '../../../platform/database/database.public.js';
import { callbacksOfNoOrder, OWN_REFERENCE, refusedCallbacks } from '../../gateways/gateways.public.js';
import { callbacksOfNoBook, checkCallbacks } from '../../ledger/ledger.public.js';

const REFUSED = refusedCallbacks({
  order: 'o',
  join: `CROSS JOIN LATERAL (
    SELECT status FROM payments WHERE c.subject = 'payment' AND merchant_id = $1 AND id = ${asUuid('lower(c.reference)')}
    UNION ALL
    SELECT status FROM refunds WHERE c.subject = 'refund' AND merchant_id = $1 AND id = ${asUuid('lower(c.reference)')}
  ) o`,
  where: "c.outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized')",
});

/** Callbacks that the provider signed and that were not acted upon: a person must find out why. */
export const callbacks = checkCallbacks('callbacks about payments', slicesOfMerchant(REFUSED));

/** Callbacks about payments and refunds that are in no book. */
export const findingsOfNoBook = (sql: Sql) =>
  callbacksOfNoBook(rowsInSlices(sql, callbacksOfNoOrder('payment', 'refund'), [OWN_REFERENCE.source]));
