import type { Sql } from '../src/platform/database/statements/sql.js';
import type { BenchMerchant } from './merchants.js';
import type { Place } from './temporary-server.js';

const EACH_PAISE = 100;
const FILL_TIMEOUT_MS = 20 * 60_000;

/** The balance if the whole history was counted. */
export const balanceAfter = (entries: number): number => (entries / 2) * EACH_PAISE;

/**
 * Fills a new book with adjustments of two entries each, bypassing the triggers: half a million transactions through
 * the service would take minutes. Balances are correct; hashes are not computed, so the book is for reading only.
 */
export async function fillBook({ superuser }: Place, { id }: BenchMerchant, entries: number): Promise<void> {
  await superuser.transaction(fill, undefined, FILL_TIMEOUT_MS);
  await superuser.query('VACUUM (ANALYZE) ledger_transactions, ledger_entries');

  async function fill(sql: Sql): Promise<void> {
    await sql.query(`SET LOCAL session_replication_role = 'replica'`);
    await sql.query('SET LOCAL statement_timeout = 0');
    await sql.query(
      `INSERT INTO ledger_transactions (merchant_id, seq, id, kind, reference_type, reference_id, actor, prev_hash, hash,
         created_at)
       SELECT $1, n, gen_random_uuid(), 'adjustment', 'adjustment', 'history ' || n, 'system', none, none, now()
       FROM generate_series(1, $2::integer) AS n, decode(repeat('00', 32), 'hex') AS none`,
      [id, entries / 2],
    );
    await sql.query(
      `INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
       SELECT $1, account, n, sign * $3::bigint, sign * $3::bigint * n
       FROM generate_series(1, $2::integer) AS n, (VALUES ('available', 1), ('received', -1)) AS a(account, sign)`,
      [id, entries / 2, EACH_PAISE],
    );
  }
}
