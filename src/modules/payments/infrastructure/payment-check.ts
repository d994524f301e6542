import { asUuid, rowsInSlices, type SlicedRows, type Sql } from '../../../platform/database/database.public.js';
import { OWN_REFERENCE } from '../../gateways/gateways.public.js';
import { type BookCheck, type Finding, type JudgedFinding, toBeJudged } from '../../ledger/ledger.public.js';
import { checkPaymentTies } from './payment-ties.js';

/**
 * What payments add to `verify`: the holds of open refunds; that each captured payment, and no other, was credited with
 * what its receipt says; that refunds stay within what was captured; that each has its transactions and its timeline,
 * and these have it; that no two were moved by one charge or refund of the provider; and that no provider has
 * contradicted an end or sent what cannot be right.
 */
export const checkPayments = {
  holders: 'open refunds',
  held,
  findings,
  ties: checkPaymentTies,
  findingsOfNoBook,
} satisfies BookCheck<Sql>;

async function held(sql: Sql, merchantId: string): Promise<bigint> {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise - fee_paise - tax_paise), 0) AS sum FROM refunds
     WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  return BigInt(open!.sum);
}

/** What the ledger says of one cause, an account beside the other. */
const LEDGER = (kind: string): string => `
  SELECT t.reference_id, coalesce(-sum(e.amount_paise) FILTER (WHERE e.account = 'received'), 0) AS gross,
    coalesce(sum(e.amount_paise) FILTER (WHERE e.account = 'available'), 0) AS net,
    coalesce(sum(e.amount_paise) FILTER (WHERE e.account = 'fees'), 0) AS fee,
    coalesce(sum(e.amount_paise) FILTER (WHERE e.account = 'taxes'), 0) AS tax
  FROM ledger_transactions t JOIN ledger_entries e ON e.merchant_id = t.merchant_id AND e.seq = t.seq
  WHERE t.merchant_id = $1 AND t.kind = '${kind}' GROUP BY t.reference_id`;

const PAYMENTS = `
  SELECT coalesce(p.id::text, l.reference_id) AS id, p.status, p.gross_paise, l.gross
  FROM (SELECT * FROM payments WHERE merchant_id = $1 AND status IN ('succeeded', 'partially_refunded', 'refunded')) p
  FULL JOIN (${LEDGER('payment')}) l ON l.reference_id = p.id::text
  WHERE p.id IS NULL OR l.reference_id IS NULL
    OR (p.gross_paise, p.net_paise, p.fee_paise, p.tax_paise) IS DISTINCT FROM (l.gross, l.net, l.fee, l.tax)
  ORDER BY 1`;

const REFUNDS_OF_PAYMENTS = `
  SELECT p.id, p.amount_minor, p.claimed_minor, p.refunded_minor, coalesce(r.claimed, 0) AS claimed,
    coalesce(r.refunded, 0) AS refunded
  FROM payments p LEFT JOIN (
    SELECT payment_id, sum(amount_minor) FILTER (WHERE status <> 'failed') AS claimed,
      sum(amount_minor) FILTER (WHERE status = 'succeeded') AS refunded
    FROM refunds WHERE merchant_id = $1 GROUP BY payment_id
  ) r ON r.payment_id = p.id
  WHERE p.merchant_id = $1 AND (coalesce(r.claimed, 0) > p.amount_minor OR coalesce(r.claimed, 0) <> p.claimed_minor
    OR coalesce(r.refunded, 0) <> p.refunded_minor)
  ORDER BY p.id`;

/** A provider gives each charge, and each refund, an id of its own, whoever's it is. */
const SHARED_PROVIDER_IDS = `
  SELECT 'payments' AS what, p.id, o.id AS other, p.gateway, p.provider_id
  FROM payments p JOIN payments o ON o.gateway = p.gateway AND o.provider_id = p.provider_id AND o.id <> p.id
  WHERE p.merchant_id = $1 AND p.provider_id IS NOT NULL
  UNION ALL
  SELECT 'refunds', r.id, o.id, p.gateway, r.provider_id
  FROM refunds r JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
  JOIN refunds o ON o.provider_id = r.provider_id AND o.id <> r.id
  JOIN payments op ON op.merchant_id = o.merchant_id AND op.id = o.payment_id AND op.gateway = p.gateway
  WHERE r.merchant_id = $1 AND r.provider_id IS NOT NULL
  ORDER BY 1, 2, 3`;

async function* findings(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  for (const { id, status, gross_paise, gross } of await rows(sql, PAYMENTS, merchantId)) {
    const detail = `payment ${id} is ${status ?? 'not captured'} with ${gross_paise ?? 0} paise; the ledger has ${gross ?? 0}`;
    yield { code: 'PAYMENT_MISMATCH', merchantId, detail };
  }
  for (const row of await rows(sql, REFUNDS_OF_PAYMENTS, merchantId)) {
    const detail =
      `payment ${row['id']} captured ${row['amount_minor']} and shows ${row['claimed_minor']} as claimed by refunds; ` +
      `they claim ${row['claimed']}, and ${row['refunded']} were given back`;
    yield { code: 'REFUND_MISMATCH', merchantId, detail };
  }
  for (const { what, id, other, gateway, provider_id } of await rows(sql, SHARED_PROVIDER_IDS, merchantId)) {
    const detail = `${what} ${id} and ${other} both carry the id ${provider_id} of ${gateway}`;
    yield { code: 'PROVIDER_ID_REUSED', merchantId, detail };
  }
  yield* checkContradictions(sql, merchantId);
  yield* checkCallbacks(sql, merchantId);
}

/** What it rests on: how it ended, and all that has happened to it. A payment's timeline has its refunds' entries too. */
const CONTRADICTED = `
  SELECT o.what, o.status, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data) ORDER BY e.seq)::text
    FROM payment_events e WHERE e.merchant_id = $1 AND e.payment_id = o.payment_id
      AND e.data ->> 'refund_id' IS NOT DISTINCT FROM o.refund_id) AS history
  FROM (
    SELECT 'payment ' || id AS what, status, id AS payment_id, NULL AS refund_id
    FROM payments WHERE merchant_id = $1 AND gateway_disagrees
    UNION ALL SELECT 'refund ' || id, status, payment_id, id::text FROM refunds WHERE merchant_id = $1 AND gateway_disagrees
  ) o ORDER BY 1`;

async function* checkContradictions(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  for (const { what, status, history } of await rows(sql, CONTRADICTED, merchantId)) {
    const isOpen = status === 'processing' || status === 'pending';
    const says = isOpen ? 'has another amount or currency under its reference' : 'says otherwise';
    const detail = `${what} is ${status}, and the gateway ${says}`;
    yield toBeJudged('BANK_DISAGREES', merchantId, detail, [what, status, history]);
  }
}

/** Signed by the provider, and not acted upon: somebody must find out why. */
async function* checkCallbacks(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const refused = `
    SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, o.status FROM gateway_callbacks c
    CROSS JOIN LATERAL (
      SELECT status FROM payments WHERE c.subject = 'payment' AND merchant_id = $1 AND id = ${asUuid('lower(c.reference)')}
      UNION ALL
      SELECT status FROM refunds WHERE c.subject = 'refund' AND merchant_id = $1 AND id = ${asUuid('lower(c.reference)')}
    ) o
    WHERE c.outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized') ORDER BY c.received_at`;
  for (const { gateway, event_id, outcome, subject, reference, ...rest } of await rows(sql, refused, merchantId)) {
    const detail = `callback ${event_id} of ${gateway} about ${subject} ${reference} was not taken in: ${outcome}`;
    const evidence = [gateway, event_id, rest['body_digest'], outcome, subject, reference, rest['status']];
    yield toBeJudged('CALLBACK_REFUSED', merchantId, detail, evidence);
  }
}

/** The newest first. */
const KEPT: SlicedRows<Record<string, string | null>> = {
  text: `
    SELECT gateway, event_id, outcome, subject, reference, body_digest, received_at::text AS received
    FROM gateway_callbacks
    WHERE outcome <> 'taken_in' AND subject IN ('payment', 'refund')
      AND (outcome = 'unreadable' OR (outcome = 'unknown_reference' AND reference ~* $1))
      AND (received_at, gateway, event_id) < ($2::timestamptz, $3, $4)
    ORDER BY received_at DESC, gateway DESC, event_id DESC LIMIT $5`,
  key: ['received', 'gateway', 'event_id'],
  start: ['infinity', '', ''],
  size: 2_000,
};

/** Signed by a provider about a charge or a refund that no book knows. And what cannot be read at all. */
async function* findingsOfNoBook(sql: Sql): AsyncGenerator<JudgedFinding> {
  for await (const kept of rowsInSlices(sql, KEPT, [OWN_REFERENCE.source])) {
    const { gateway, event_id, outcome, subject, reference, body_digest } = kept;
    const callback = `callback ${event_id} of ${gateway}`;
    const evidence = [gateway, event_id, body_digest, outcome, subject, reference];
    yield reference === null
      ? toBeJudged('CALLBACK_REFUSED', null, `${callback} was not taken in: unreadable`, evidence)
      : toBeJudged('UNKNOWN_AT_BOOKS', null, `${callback} is about ${subject} ${reference}, of no book`, evidence);
  }
}

function rows(sql: Sql, text: string, parameter: string): Promise<Record<string, string | null>[]> {
  return sql.query<Record<string, string | null>>(text, [parameter]);
}
