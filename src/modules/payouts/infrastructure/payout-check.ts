import { asUuid, rowsInSlices, type SlicedRows, type Sql } from '../../../platform/database/database.public.js';
import { OWN_REFERENCE } from '../../gateways/gateways.public.js';
import { type BookCheck, type Finding, type JudgedFinding, toBeJudged } from '../../ledger/ledger.public.js';
import { checkPayoutTies } from './payout-ties.js';

/**
 * What payouts add to `verify`: their holds, that each has its transactions and its timeline, and these have it, that no
 * bank has contradicted an end that a payout already has or sent what cannot be right, and that no two payouts were paid
 * by one transfer.
 */
export const checkPayouts = {
  holders: 'open payouts',
  held,
  findings,
  ties: checkPayoutTies,
  findingsOfNoBook,
} satisfies BookCheck<Sql>;

/** What the bank says of a payout without an end. */
const CONTRARY: Readonly<Record<string, string>> = { processing: 'has another transfer under its reference' };

async function held(sql: Sql, merchantId: string): Promise<bigint> {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise), 0) AS sum FROM payouts WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  return BigInt(open!.sum);
}

async function* findings(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  yield* checkContradictions(sql, merchantId);
  yield* checkUtrs(sql, merchantId);
  yield* checkCallbacks(sql, merchantId);
}

/** It rests on how the payout ended and on all that has happened to it, but for its being taken out of the lists. */
async function* checkContradictions(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const contradicted = await sql.query<{ id: string; status: string; utr: string | null; history: string }>(
    `SELECT p.id, p.status, p.utr, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data) ORDER BY e.seq)::text
       FROM payout_events e WHERE e.merchant_id = p.merchant_id AND e.payout_id = p.id AND e.type <> 'payout.archived')
       AS history
     FROM payouts p WHERE p.merchant_id = $1 AND p.bank_disagrees ORDER BY p.id`,
    [merchantId],
  );
  for (const { id, status, utr, history } of contradicted) {
    const detail = `payout ${id} is ${status}, and the bank ${CONTRARY[status] ?? 'says otherwise'}`;
    yield toBeJudged('BANK_DISAGREES', merchantId, detail, [id, status, utr, history]);
  }
}

/** A UTR names one transfer, whoever's it is. */
async function* checkUtrs(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const shared = await sql.query<{ id: string; other: string; utr: string; statuses: string[] }>(
    `SELECT p.id, o.id AS other, p.utr, ARRAY[p.status, o.status] AS statuses
     FROM payouts p JOIN payouts o ON o.utr = p.utr AND o.id <> p.id
     WHERE p.merchant_id = $1 AND p.utr IS NOT NULL ORDER BY p.id, o.id`,
    [merchantId],
  );
  for (const { id, other, utr, statuses } of shared) {
    const detail = `payouts ${id} and ${other} both carry the UTR ${utr}`;
    yield toBeJudged('UTR_REUSED', merchantId, detail, [id, other, utr, statuses]);
  }
}

const REFUSALS = ['amount_mismatch', 'account_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized']
  .map((outcome) => `'${outcome}'`)
  .join(', ');

/** Signed by the bank, and not acted upon: somebody must find out why. */
async function* checkCallbacks(sql: Sql, merchantId: string): AsyncGenerator<Finding> {
  const refused = await sql.query<RefusedCallback>(
    `SELECT c.gateway, c.event_id, c.outcome, c.reference, c.body_digest, p.status FROM gateway_callbacks c
     JOIN payouts p ON p.merchant_id = $1 AND p.id = ${asUuid('lower(c.reference)')}
     WHERE c.subject = 'payout' AND c.outcome IN (${REFUSALS}) ORDER BY c.received_at`,
    [merchantId],
  );
  for (const { gateway, event_id, outcome, reference, body_digest, status } of refused) {
    const detail = `callback ${event_id} of ${gateway} about payout ${reference} was not taken in: ${outcome}`;
    const evidence = [gateway, event_id, body_digest, outcome, reference, status];
    yield toBeJudged('CALLBACK_REFUSED', merchantId, detail, evidence);
  }
}

interface RefusedCallback {
  readonly gateway: string;
  readonly event_id: string;
  readonly outcome: string;
  readonly reference: string;
  readonly body_digest: string;
  /** Of the payout. */
  readonly status: string;
}

type KeptCallback = Pick<RefusedCallback, 'gateway' | 'event_id' | 'outcome' | 'body_digest'> & {
  /** Null: it cannot be read at all. */
  readonly reference: string | null;
  readonly received: string;
};

/** The newest first. */
const KEPT: SlicedRows<KeptCallback> = {
  text: `
    SELECT gateway, event_id, outcome, reference, body_digest, received_at::text AS received FROM gateway_callbacks
    WHERE outcome <> 'taken_in' AND subject = 'payout'
      AND (outcome = 'unreadable' OR (outcome = 'unknown_reference' AND reference ~* $1))
      AND (received_at, gateway, event_id) < ($2::timestamptz, $3, $4)
    ORDER BY received_at DESC, gateway DESC, event_id DESC LIMIT $5`,
  key: ['received', 'gateway', 'event_id'],
  start: ['infinity', '', ''],
  size: 2_000,
};

/**
 * Signed by a bank about a payout that no book knows: after a restore from yesterday it may be the only trace of money
 * that has left. And what cannot be read at all.
 */
async function* findingsOfNoBook(sql: Sql): AsyncGenerator<JudgedFinding> {
  for await (const kept of rowsInSlices(sql, KEPT, [OWN_REFERENCE.source])) {
    const { gateway, event_id, outcome, reference, body_digest } = kept;
    const callback = `callback ${event_id} of ${gateway}`;
    const evidence = [gateway, event_id, body_digest, outcome, reference];
    yield reference === null
      ? toBeJudged('CALLBACK_REFUSED', null, `${callback} was not taken in: unreadable`, evidence)
      : toBeJudged('UNKNOWN_AT_BOOKS', null, `${callback} is about payout ${reference}, of no book`, evidence);
  }
}
