import { grouped } from '../../../shared/grouped.js';
import { Placement, type SqlTemplate, table, template, value } from '../../../platform/database/database.public.js';
import { checkPart, type Finding, finding } from '../../ledger/ledger.public.js';
import { paymentsToCheck } from './payments-to-check.js';

type WithProviderId = Readonly<Record<'id' | 'gateway' | 'provider_id', string>>;

/** Orders of all merchants, as with UTRs. If hundreds share an id, each names only the first of them. */
const firstOf = (rows: SqlTemplate): SqlTemplate => template`
  SELECT id, gateway, provider_id FROM (
    SELECT o.*, row_number() OVER (PARTITION BY o.gateway, o.provider_id ORDER BY o.id) AS place FROM (${rows}) o
  ) o WHERE place <= 101 ORDER BY id`;

const IDS_OF_PROVIDERS = [
  {
    subject: 'payment',
    own: `SELECT p.id, p.gateway, p.provider_id FROM payments p
      WHERE p.merchant_id = $1 AND p.id = ANY($2) AND p.provider_id IS NOT NULL ORDER BY p.id`,
    same: firstOf(
      template`SELECT p.id, p.gateway, p.provider_id FROM ${table('payments')} p WHERE p.provider_id = ANY(${value(1)}::text[])`,
    ),
  },
  {
    subject: 'refund',
    own: `SELECT r.id, p.gateway, r.provider_id
      FROM refunds r JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
      WHERE r.merchant_id = $1 AND r.payment_id = ANY($2) AND r.provider_id IS NOT NULL ORDER BY r.id`,
    same: firstOf(template`SELECT r.id, p.gateway, r.provider_id
      FROM ${table('refunds')} r JOIN ${table('payments')} p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
      WHERE r.provider_id = ANY(${value(1)}::text[])`),
  },
];

/** A provider gives each charge, and each refund, an id of its own, across all merchants. */
export const providerIds = checkPart('ids of providers', paymentsToCheck, async (book, rows) => {
  const { sql, merchantId, boundTo, search } = book;
  const placement = new Placement(sql, boundTo !== null);
  const findings: Finding[] = [];
  for (const { subject, own, same } of IDS_OF_PROVIDERS) {
    const found = await sql.query<WithProviderId>(own, [merchantId, rows.map(({ id }) => id)]);
    if (found.length === 0) continue;
    const ids = found.map(({ provider_id }) => provider_id);
    const others = await placement.search<WithProviderId>(same, [ids], { by: ['id'], ...search });
    const by = grouped(others, nameOf);
    for (const one of found)
      for (const other of (by.get(nameOf(one)) ?? []).filter(({ id }) => id !== one.id).slice(0, 100))
        findings.push(
          finding('PROVIDER_ID_REUSED', merchantId, {
            code: 'provider_id_shared',
            values: { subject, ...one, other_id: other.id },
          }),
        );
  }
  return findings;
});

const nameOf = ({ gateway, provider_id: id }: WithProviderId): string => `${gateway} ${id}`;
