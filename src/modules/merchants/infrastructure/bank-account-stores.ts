import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  StoredRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { bankAccountDestinations, bankAccountRows, destinationKey } from '../domain/merchant-tables.js';
import type { BankAccount } from '../domain/bank-account.js';
import { bankAccounts } from './rows.js';

/** `IN`, not a join: many payouts of one batch name the same account, and each account is wanted once. */
const FIND = `
  SELECT ${bankAccounts.list('a')} FROM bank_accounts a
  WHERE (a.merchant_id, a.id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

const FIND_BY_DESTINATION = `
  WITH wanted AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, key))
  SELECT ${bankAccounts.list('a')} FROM bank_accounts a
  WHERE (merchant_id, account_number, ifsc) IN (
    SELECT merchant_id, split_part(key, '|', 1), split_part(key, '|', 2) FROM wanted)
  UNION ALL
  SELECT ${bankAccounts.list('a')} FROM bank_accounts a
  WHERE (merchant_id, vpa) IN (SELECT merchant_id, key FROM wanted)`;

export class BankAccountStore implements BookTableStore<BankAccount> {
  readonly table = bankAccountRows;

  async load(sql: Sql, merchantIds: readonly string[], keys: readonly string[]): Promise<LoadedRow<BankAccount>[]> {
    const rows = await sql.query<StoredRow>(FIND, [merchantIds, keys]);
    return rows.map(bankAccounts.fromRow).map((row) => ({ merchantId: row.merchantId, key: row.id, row }));
  }

  flush(staged: readonly StagedRow<BankAccount>[]): Statement[] {
    return bankAccounts.write(staged);
  }
}

/**
 * Which destinations are taken. Nothing is written here: an index in the database, which its rows keep by themselves.
 */
export class BankAccountDestinationStore implements BookTableStore<string> {
  readonly table = bankAccountDestinations;

  async load(sql: Sql, merchantIds: readonly string[], keys: readonly string[]): Promise<LoadedRow<string>[]> {
    const rows = await sql.query<StoredRow>(FIND_BY_DESTINATION, [merchantIds, keys]);
    return rows
      .map(bankAccounts.fromRow)
      .map(({ merchantId, destination, id }) => ({ merchantId, key: destinationKey(destination), row: id }));
  }
}
