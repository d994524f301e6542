import { asUuid, rowsInSlices, slicesOfMerchant, type Sql } from '../../../platform/database/database.public.js';
import { callbacksOfNoOrder, OWN_REFERENCE, refusedCallbacks } from '../../gateways/gateways.public.js';
import { callbacksOfNoBook, checkCallbacks } from '../../ledger/ledger.public.js';

const REFUSALS = ['amount_mismatch', 'account_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized']
  .map((outcome) => `'${outcome}'`)
  .join(', ');

const REFUSED = refusedCallbacks({
  order: 'p',
  join: `JOIN payouts p ON p.merchant_id = $1 AND p.id = ${asUuid('lower(c.reference)')}`,
  where: `c.subject = 'payout' AND c.outcome IN (${REFUSALS})`,
});

/** Callbacks that the bank signed and that were not acted upon: a person must find out why. */
export const callbacks = checkCallbacks('callbacks about payouts', slicesOfMerchant(REFUSED));

/** Callbacks about payouts that are in no book. */
export const findingsOfNoBook = (sql: Sql) =>
  callbacksOfNoBook(rowsInSlices(sql, callbacksOfNoOrder('payout'), [OWN_REFERENCE.source]));
