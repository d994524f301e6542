import { grouped } from '../../../shared/grouped.js';
import { Placement, table, template, value } from '../../../platform/database/database.public.js';
import { checkPart, toBeJudged } from '../../ledger/ledger.public.js';
import { payoutsToCheck } from './payouts-to-check.js';

type WithUtr = Readonly<Record<'id' | 'utr' | 'status', string>>;

const OWN_UTRS = `
  SELECT p.id, p.utr, p.status FROM payouts p
  WHERE p.merchant_id = $1 AND p.id = ANY($2) AND p.utr IS NOT NULL ORDER BY p.id`;

/**
 * The payouts of all merchants, on all nodes, with these UTRs. Each UTR is looked up in its index: one large join would
 * read the payouts of all merchants again for each book. If hundreds share a UTR, each names only the first of them.
 */
const WITH_UTRS = template`
  SELECT id, utr, status FROM (
    SELECT o.id, o.utr, o.status, row_number() OVER (PARTITION BY o.utr ORDER BY o.id) AS place
    FROM ${table('payouts')} o WHERE o.utr = ANY(${value(1)}::text[])
  ) o WHERE place <= 101 ORDER BY id`;

/** A UTR names one transfer, across all merchants. */
export const utrs = checkPart('UTRs', payoutsToCheck, async ({ sql, merchantId, boundTo, search }, rows) => {
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
