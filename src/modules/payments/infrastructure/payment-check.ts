import { grouped } from '../../../shared/grouped.js';
import { faultOf } from '../../../shared/audit/particulars.js';
import {
  asUuid,
  byId,
  inSlices,
  Placement,
  rowsInSlices,
  type Sql,
  type SqlTemplate,
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
  type Finding,
  finding,
  toBeJudged,
} from '../../ledger/ledger.public.js';
import { paymentTies } from './payment-ties.js';
import { paymentsToCheck } from './payments-to-check.js';

type Contradicted = Readonly<Record<'id' | 'subject' | 'status' | 'history', string>>;

/**
 * Few, each with what it rests on: how it ended, and all that has happened to it. A payment's timeline has its refunds'
 * entries too.
 */
const contradicted = (subject: string, table: string, paymentId: string, refundId: string) =>
  byId<Contradicted>(
    200,
    `
    SELECT o.id, '${subject}' AS subject, o.status,
      (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data) ORDER BY e.seq)::text
        FROM payment_events e WHERE e.merchant_id = $1 AND e.payment_id = ${paymentId}
          AND e.data ->> 'refund_id' IS NOT DISTINCT FROM ${refundId}) AS history
    FROM ${table} o WHERE o.merchant_id = $1 AND o.gateway_disagrees AND o.id > $2 ORDER BY o.id LIMIT $3`,
  );

const contradictions = (name: string, query: ReturnType<typeof contradicted>) =>
  checkPart(
    name,
    ({ sql, merchantId }, after) => inSlices(sql as Sql, query, [merchantId], after),
    ({ merchantId }, rows) =>
      rows.map((row) => {
        const { subject, id, status, history } = row;
        const isOpen = status === 'processing' || status === 'pending';
        const code = isOpen ? 'gateway_has_another_amount' : 'gateway_says_otherwise';
        const evidence = [`${subject} ${id}`, status, history];
        return toBeJudged('BANK_DISAGREES', merchantId, faultOf(subject, row, { code, values: {} }), evidence);
      }),
  );

const REFUSED = `
  SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, o.status,
    c.received_at::text AS received
  FROM gateway_callbacks c
  CROSS JOIN LATERAL (
    SELECT status FROM payments WHERE c.subject = 'payment' AND merchant_id = $1 AND id = ${asUuid('lower(c.reference)')}
    UNION ALL
    SELECT status FROM refunds WHERE c.subject = 'refund' AND merchant_id = $1 AND id = ${asUuid('lower(c.reference)')}
  ) o
  WHERE c.outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized')
    AND (c.received_at, c.gateway, c.event_id) > ($2::timestamptz, $3, $4)
  ORDER BY c.received_at, c.gateway, c.event_id LIMIT $5`;

/** Signed by the provider, and not acted upon: somebody must find out why. */
const callbacks = checkCallbacks('callbacks about payments', ({ sql, merchantId }: CheckedBook<Sql>, after) =>
  inSlices(sql, { text: REFUSED, ...OLDEST_CALLBACKS }, [merchantId], after),
);

type WithProviderId = Readonly<Record<'id' | 'gateway' | 'provider_id', string>>;

/** Whoever's they are, as with UTRs. Where hundreds share one, each names the first of them. */
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

/** A provider gives each charge, and each refund, an id of its own, whoever's it is. */
const providerIds = checkPart('ids of providers', paymentsToCheck, async (book, rows) => {
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

/**
 * What payments add to `verify`: the holds of open refunds; that each captured payment, and no other, was credited with
 * what its receipt says; that refunds stay within what was captured; that each has its transactions and its timeline,
 * and these have it; that no two were moved by one charge or refund of the provider; and that no provider has
 * contradicted an end or sent what cannot be right.
 */
export const checkPayments = {
  holders: 'refunds',
  held,
  judged: [
    contradictions('payments that a provider has contradicted', contradicted('payment', 'payments', 'o.id', 'NULL')),
    contradictions(
      'refunds that a provider has contradicted',
      contradicted('refund', 'refunds', 'o.payment_id', 'o.id::text'),
    ),
    callbacks,
  ],
  computed: [providerIds, ...paymentTies],
  findingsOfNoBook: (sql) =>
    callbacksOfNoBook(rowsInSlices(sql, callbacksOfNoOrder('payment', 'refund'), [OWN_REFERENCE.source])),
} satisfies BookCheck<Sql>;

async function held(sql: Sql, merchantId: string): Promise<bigint> {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise - fee_paise - tax_paise), 0) AS sum FROM refunds
     WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  return BigInt(open!.sum);
}
