import type { Sql } from '../../../platform/database/database.public.js';
import {
  type BookTableStore,
  bound,
  type BoundTo,
  type LoadedRow,
  type StagedRow,
  type StoredRow,
  type Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { bankAccountRows, bankAccountsByDestination, destinationKey } from '../domain/merchant-tables.js';
import type { BankAccount } from '../domain/bank-account.js';
import { bankAccounts } from './merchant-rows.js';

/** `IN`, not a join: many payouts of one batch name the same account, and each account is needed once. */
const FIND = `
  SELECT ${bankAccounts.list('a')} FROM bank_accounts a
  WHERE (a.merchant_id, a.id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[])) AND ${bound('a.merchant_id', 3)}`;

const FIND_BY_DESTINATION = `
  WITH wanted AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, key))
  SELECT ${bankAccounts.list('a')} FROM bank_accounts a
  WHERE (merchant_id, account_number, ifsc) IN (
    SELECT merchant_id, split_part(key, '|', 1), split_part(key, '|', 2) FROM wanted)
    AND ${bound('a.merchant_id', 3)}
  UNION ALL
  SELECT ${bankAccounts.list('a')} FROM bank_accounts a
  WHERE (merchant_id, vpa) IN (SELECT merchant_id, key FROM wanted) AND ${bound('a.merchant_id', 3)}
  ORDER BY id`;

export class BankAccountStore implements BookTableStore<BankAccount> {
  readonly table = bankAccountRows;

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    keys: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<BankAccount>[]> {
    const rows = await sql.query<StoredRow>(FIND, [merchantIds, keys, boundTo]);
    return rows.map(bankAccounts.fromRow).map((row) => ({ merchantId: row.merchantId, key: row.id, row }));
  }

  flush(staged: readonly StagedRow<BankAccount>[], boundTo: BoundTo): Statement[] {
    return bankAccounts.write(staged, boundTo);
  }
}

/** The accounts with a destination. Nothing is written here: the accounts themselves are read. */
export class BankAccountsByDestination implements BookTableStore<readonly BankAccount[]> {
  readonly table = bankAccountsByDestination;

  async load(sql: Sql, merchantIds: readonly string[], keys: readonly string[], boundTo: BoundTo): Promise<Loaded[]> {
    const rows = await sql.query<StoredRow>(FIND_BY_DESTINATION, [merchantIds, keys, boundTo]);
    const found = new Map<string, Loaded & { row: BankAccount[] }>();
    for (const account of rows.map(bankAccounts.fromRow)) {
      const { merchantId, destination } = account;
      const key = destinationKey(destination);
      const place = `${merchantId}|${key}`;
      const known = found.get(place);
      if (known === undefined) found.set(place, { merchantId, key, row: [account] });
      else known.row.push(account);
    }
    return [...found.values()];
  }
}

type Loaded = LoadedRow<readonly BankAccount[]>;
