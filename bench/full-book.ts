import { EVENT_TYPES } from '../src/modules/webhooks/application/known-events.js';
import type { Sql } from '../src/platform/database/statements/sql.js';

/** The owners of the rows: nine of ten are acme's. Nearly all of acme's payouts go to its usual account. */
export interface Owners {
  readonly acme: { readonly id: string; readonly usual: string; readonly rare: string };
  readonly zen: { readonly id: string; readonly usual: string };
}

/** When the first row was created; each further row is a second later. */
export const FIRST_MS = Date.UTC(2020, 0, 1);

/** How many of the oldest rows of each table differ from the others. */
export const ODD_ONES = 400;

/** The newest payouts are archived, one in this many. */
const ARCHIVED_SHARE = 10;

const AT = `to_timestamp((${FIRST_MS} + n * 1000::bigint) / 1000.0)`;
const ID = `(lpad(to_hex(${FIRST_MS} + n * 1000::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid`;

const FAILURE = `'{"code": "x", "reason": "x", "source": "gateway", "retryable": false}'::jsonb`;

/** The columns of an order that are neither null nor a default, as SQL of the row's number `n` and its `status`. */
const ORDER = {
  id: ID,
  status: 'status',
  attempts: '0',
  inquiries: '0',
  next_step: `CASE WHEN open THEN CASE WHEN status = 'processing' THEN 'inquire' ELSE 'submit' END END`,
  next_attempt_at: `CASE WHEN open THEN ${AT} END`,
  waiting_for: `CASE WHEN open AND status <> 'processing' THEN 'gateway_paused' END`,
  needs_attention: `status = 'processing' AND n % 2 = 0`,
  failure: `CASE WHEN status IN ('failed', 'reversed') THEN ${FAILURE} END`,
  created_at: AT,
  updated_at: AT,
};

/**
 * Fills the tables with this many rows each, within the caller's transaction, as a superuser: the rows bypass the
 * service and the triggers. The oldest {@link ODD_ONES} of acme's take all statuses in turn; all later ones have the
 * usual status. Zen's have all failed.
 */
export async function fillBook(sql: Sql, owners: Owners, rows: number): Promise<void> {
  await fillPayouts(sql, owners, rows);
  await fillPayments(sql, owners, rows);
  await fillLedger(sql, owners.acme.id, rows);
  await fillEvents(sql, owners, rows);
  await fill(sql, 'merchants', `SELECT n FROM generate_series(1, ${rows}) AS n`, {
    ...{ id: ID, name: `'Merchant ' || n`, email: `'m@acme.example'`, created_at: AT, updated_at: AT },
  });
}

/** SQL: the orders' numbers and statuses. @param open statuses in which something is due */
function orders(rows: number, statuses: readonly string[], usual: string, open: readonly string[]): string {
  return `SELECT n, status, status IN ('${open.join(`', '`)}') AS open FROM (
    SELECT n, CASE WHEN n % 10 = 0 THEN 'failed'
      WHEN n <= ${ODD_ONES} THEN ('{${statuses.join()}}'::text[])[1 + n % ${statuses.length}] ELSE '${usual}' END AS status
    FROM generate_series(1, ${rows}) AS n) AS numbered`;
}

const merchantOf = ({ acme, zen }: Owners): string =>
  `CASE WHEN n % 10 = 0 THEN '${zen.id}'::uuid ELSE '${acme.id}'::uuid END`;

export async function fillPayouts(sql: Sql, owners: Owners, rows: number): Promise<void> {
  const { acme, zen } = owners;
  const statuses = ['pending', 'processing', 'completed', 'failed', 'cancelled', 'reversed'];
  await fill(sql, 'payouts', orders(rows, statuses, 'completed', ['pending', 'processing']), {
    ...{ merchant_id: merchantOf(owners), ...ORDER, bank_disagrees: 'false', events: '1', amount_paise: '50000' },
    bank_account_id: `CASE WHEN n % 10 = 0 THEN '${zen.usual}'::uuid
      WHEN n <= ${ODD_ONES} THEN '${acme.rare}'::uuid ELSE '${acme.usual}'::uuid END`,
    ...{ recipient_name: `'Asha Rao'`, recipient_account_number: `'50100012340001'`, recipient_ifsc: `'HDFC0000001'` },
    ...{ mode: `'IMPS'`, reference_id: `'REF-' || n` },
    utr: `CASE WHEN status IN ('completed', 'reversed') THEN 'SIMBN' || lpad(n::text, 11, '0') END`,
    archived_at: `CASE WHEN n > ${rows} - ${rows} / ${ARCHIVED_SHARE} THEN ${AT} END`,
  });
}

/** Payments and refunds. */
async function fillPayments(sql: Sql, owners: Owners, rows: number): Promise<void> {
  const statuses = ['created', 'processing', 'succeeded', 'partially_refunded', 'refunded', 'failed'];
  await fill(sql, 'payments', orders(rows, statuses, 'succeeded', ['created', 'processing']), {
    ...{ merchant_id: merchantOf(owners), ...ORDER, gateway_disagrees: 'false', events: '1', amount_minor: '1000' },
    currency: `CASE WHEN n <= ${ODD_ONES} THEN ('{EUR,GBP,JPY}'::text[])[1 + n % 3] ELSE 'USD' END`,
    reference_id: `'REF-' || n`,
    failure: `CASE WHEN status = 'failed' THEN ${FAILURE} END`,
    ...{
      provider_id: `'p' || n`,
      rate: `'80'`,
      gross_paise: '80000',
      fee_paise: '0',
      tax_paise: '0',
      net_paise: '80000',
    },
    ...{ claimed_minor: '0', claimed_paise: '0', claimed_fee_paise: '0', claimed_tax_paise: '0' },
    ...{ refunded_minor: '0', refunded_paise: '0' },
  });
  await fill(sql, 'refunds', orders(rows, ['pending', 'succeeded', 'failed'], 'succeeded', ['pending']), {
    ...{ merchant_id: merchantOf(owners), ...ORDER, gateway_disagrees: 'false', amount_minor: '1000' },
    ...{ amount_paise: '80000', fee_paise: '0', tax_paise: '0', payment_id: ID },
    needs_attention: `status = 'pending' AND n % 2 = 0`,
  });
}

/** One book: each transaction moves a rupee; only the first ones take fees. */
export async function fillLedger(sql: Sql, merchantId: string, rows: number): Promise<void> {
  const series = `SELECT n FROM generate_series(1, ${rows}) AS n`;
  await fill(sql, 'ledger_transactions', series, {
    ...{ merchant_id: `'${merchantId}'::uuid`, seq: 'n', id: ID, kind: `'payment'`, reference_type: `'payment'` },
    ...{ reference_id: `${ID}::text`, actor: `'system'`, created_at: AT },
    ...{ prev_hash: `sha256(n::text::bytea)`, hash: `sha256(n::text::bytea)` },
  });
  const entries = `${series}, (VALUES ('available', 100), ('received', -100), ('fees', 1), ('taxes', -1)) AS e(account, paise)
    WHERE n <= ${ODD_ONES} OR account IN ('available', 'received')`;
  await fill(sql, 'ledger_entries', entries.replace('SELECT n', 'SELECT n, account, paise'), {
    ...{ merchant_id: `'${merchantId}'::uuid`, account: 'account', seq: 'n', amount_paise: 'paise' },
    balance_paise: 'paise * n::bigint',
  });
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** A payout as the API shows it, without its id. */
const SHOWN_PAYOUT = {
  ...{ merchant_id: NIL_UUID, bank_account_id: NIL_UUID, amount_paise: 50_000, currency: 'INR', status: 'completed' },
  ...{ mode: 'IMPS', reference_id: null, narration: null, utr: 'SIMBN1', failure: null, attempts: 1 },
  recipient: { name: 'Asha Rao', account_number_last4: '0001', ifsc: 'HDFC0000001', vpa: null },
  ...{ waiting_for: null, needs_attention: false, revision: 1, allowed_statuses: [] },
  ...{ created_at: '2020-01-01T00:00:00.000Z', updated_at: '2020-01-01T00:00:00.000Z' },
};

/** The newer half are rows that merchants are not shown. Each event has an object of its own. */
async function fillEvents(sql: Sql, owners: Owners, rows: number): Promise<void> {
  const isEvent = `n <= ${rows} - ${rows} / 2`;
  await fill(sql, 'outbox', orders(rows, EVENT_TYPES, 'payout.completed', []), {
    ...{ merchant_id: merchantOf(owners), id: ID, payload: `'{}'`, created_at: AT, published_at: AT },
    type: `CASE WHEN status = 'failed' THEN 'payout.failed' ELSE status END`,
    sequence: `CASE WHEN ${isEvent} THEN n END`,
    object_id: `CASE WHEN ${isEvent} THEN ${ID} END`,
    object: `CASE WHEN ${isEvent} THEN '{"id":"' || ${ID} || '",${JSON.stringify(SHOWN_PAYOUT).slice(1)}' END`,
  });
}

type Columns = Readonly<Record<string, string>>;

/** Fills with one INSERT and creates the indexes afterwards, which takes a quarter of the time. */
async function fill(sql: Sql, table: string, series: string, columns: Columns): Promise<void> {
  const indexes = await sql.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = '${table}'::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`,
  );
  // Also on the nodes if books are distributed; without Citus the setting has no effect.
  await sql.query('SET LOCAL citus.propagate_set_commands = local');
  await sql.query(`SET LOCAL session_replication_role = 'replica'`);
  await sql.query('SET LOCAL statement_timeout = 0');
  for (const { name } of indexes) await sql.query(`DROP INDEX ${name}`);
  await sql.query(
    `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM (${series}) AS s`,
  );
  for (const { definition } of indexes) await sql.query(definition);
}
