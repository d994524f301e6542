import { grouped } from '../../../shared/grouped.js';
import type { OrderFault } from '../../../shared/audit/order-faults.js';
import { faultOf } from '../../../shared/audit/particulars.js';
import {
  asUuid,
  byId,
  inSlices,
  Placement,
  rowsInSlices,
  type Sql,
  table,
  template,
  value,
} from '../../../platform/database/database.public.js';
import { callbacksOfNoOrder, OLDEST_CALLBACKS, OWN_REFERENCE } from '../../gateways/gateways.public.js';
import {
  type BookCheck,
  callbacksOfNoBook,
  checkCallbacks,
  type CheckedBook,
  checkPart,
  toBeJudged,
} from '../../ledger/ledger.public.js';
import { payoutsToCheck } from './payouts-to-check.js';
import { payoutTies } from './payout-ties.js';

/** What the bank says of a payout without an end. */
const CONTRARY: Readonly<Record<string, OrderFault>> = {
  processing: { code: 'bank_has_another_transfer', values: {} },
};

type Contradicted = Readonly<Record<'id' | 'status' | 'history', string>> & { readonly utr: string | null };

/** Few, with a timeline each. */
const CONTRADICTED = byId<Contradicted>(
  200,
  `
    SELECT p.id, p.status, p.utr, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data) ORDER BY e.seq)::text
      FROM payout_events e WHERE e.merchant_id = $1 AND e.payout_id = p.id AND e.type <> 'payout.archived')
      AS history
    FROM payouts p WHERE p.merchant_id = $1 AND p.bank_disagrees AND p.id > $2 ORDER BY p.id LIMIT $3`,
);

/** It rests on how the payout ended and on all that has happened to it, but for its being taken out of the lists. */
const contradictions = checkPart(
  'payouts that a bank has contradicted',
  ({ sql, merchantId }, after) => inSlices(sql as Sql, CONTRADICTED, [merchantId], after),
  ({ merchantId }, rows) =>
    rows.map((row) => {
      const { id, status, utr, history } = row;
      const particulars = faultOf('payout', row, CONTRARY[status] ?? { code: 'bank_says_otherwise', values: {} });
      return toBeJudged('BANK_DISAGREES', merchantId, particulars, [id, status, utr, history]);
    }),
);

type WithUtr = Readonly<Record<'id' | 'utr' | 'status', string>>;

const OWN_UTRS = `
  SELECT p.id, p.utr, p.status FROM payouts p
  WHERE p.merchant_id = $1 AND p.id = ANY($2) AND p.utr IS NOT NULL ORDER BY p.id`;

/**
 * Whoever's they are, on whichever node. Each UTR is looked up in its index: joined as a whole, the payouts of all merchants
 * would be read again for each book. Where hundreds share one, each names the first of them.
 */
const WITH_UTRS = template`
  SELECT id, utr, status FROM (
    SELECT o.id, o.utr, o.status, row_number() OVER (PARTITION BY o.utr ORDER BY o.id) AS place
    FROM ${table('payouts')} o WHERE o.utr = ANY(${value(1)}::text[])
  ) o WHERE place <= 101 ORDER BY id`;

/** A UTR names one transfer, whoever's it is. */
const utrs = checkPart('UTRs', payoutsToCheck, async ({ sql, merchantId, boundTo, search }, rows) => {
  const own = await sql.query<WithUtr>(OWN_UTRS, [merchantId, rows.map(({ id }) => id)]);
  if (own.length === 0) return [];
  const placement = new Placement(sql, boundTo !== null);
  const found = await placement.search<WithUtr>(WITH_UTRS, [own.map(({ utr }) => utr)], { by: ['id'], ...search });
  const others = grouped(found, ({ utr }) => utr);
  return own.flatMap(({ id, utr, status }) =>
    (others.get(utr) ?? [])
      .filter((other) => other.id !== id)
      .slice(0, 100)
      .map((other) => {
        const particulars = { code: 'utr_shared', values: { id, other_id: other.id, utr } } as const;
        return toBeJudged('UTR_REUSED', merchantId, particulars, [id, other.id, utr, [status, other.status]]);
      }),
  );
});

const REFUSALS = ['amount_mismatch', 'account_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized']
  .map((outcome) => `'${outcome}'`)
  .join(', ');

const REFUSED = `
  SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, p.status, c.received_at::text AS received
  FROM gateway_callbacks c
  JOIN payouts p ON p.merchant_id = $1 AND p.id = ${asUuid('lower(c.reference)')}
  WHERE c.subject = 'payout' AND c.outcome IN (${REFUSALS})
    AND (c.received_at, c.gateway, c.event_id) > ($2::timestamptz, $3, $4)
  ORDER BY c.received_at, c.gateway, c.event_id LIMIT $5`;

/** Signed by the bank, and not acted upon: somebody must find out why. */
const callbacks = checkCallbacks('callbacks about payouts', ({ sql, merchantId }: CheckedBook<Sql>, after) =>
  inSlices(sql, { text: REFUSED, ...OLDEST_CALLBACKS }, [merchantId], after),
);

/**
 * What payouts add to `verify`: their holds, that each has its transactions and its timeline, and these have it, that no
 * bank has contradicted an end that a payout already has or sent what cannot be right, and that no two payouts were paid
 * by one transfer.
 */
export const checkPayouts = {
  holders: 'payouts',
  held,
  judged: [contradictions, utrs, callbacks],
  computed: payoutTies,
  findingsOfNoBook: (sql) => callbacksOfNoBook(rowsInSlices(sql, callbacksOfNoOrder('payout'), [OWN_REFERENCE.source])),
} satisfies BookCheck<Sql>;

async function held(sql: Sql, merchantId: string): Promise<bigint> {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise), 0) AS sum FROM payouts WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  return BigInt(open!.sum);
}
