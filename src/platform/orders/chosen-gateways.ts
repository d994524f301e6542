import { firstIdOf, timeOfId } from '../../shared/ids.js';
import type { ChosenGateways } from '../../shared/submissions/chosen-gateways.js';
import type { Sql } from '../database/statements/sql.js';

/** Orders per statement: even if each one is read from disk, the statement ends well before its time limit. */
const SIZE = 10_000;

interface Row {
  readonly gateway: string | null;
  readonly orders: number;
  readonly last: string;
}

/**
 * Which gateways were chosen for the orders of a period, in slices: with a long period and a large table, a single
 * statement would exceed its time limit.
 */
export async function* chosenGateways(
  sql: Sql,
  orders: 'payouts' | 'payments',
  { from, to }: { readonly from: Date; readonly to: Date },
  size = SIZE,
): AsyncGenerator<ChosenGateways> {
  // An id begins with the moment of its creation.
  for (let last = firstIdOf(from); ;) {
    const rows = await sql.query<Row>(
      `SELECT gateway, count(*)::int AS orders, max(id::text) AS last
       FROM (SELECT id, gateway FROM ${orders} WHERE id > $1::uuid AND id < $2::uuid ORDER BY id LIMIT $3) slice
       GROUP BY gateway`,
      [last, firstIdOf(to), size],
    );
    if (rows.length === 0) return;
    last = rows.map((row) => row.last).reduce((a, b) => (a > b ? a : b));
    const found = rows.reduce((sum, row) => sum + row.orders, 0);
    yield { gateways: rows.flatMap(({ gateway }) => gateway ?? []), orders: found, to: new Date(timeOfId(last)) };
    if (found < size) return;
  }
}
