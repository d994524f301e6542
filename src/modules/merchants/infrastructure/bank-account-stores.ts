import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { bankAccountDestinations, bankAccountRows, destinationKey } from '../domain/merchant-tables.js';
import type { BankAccount } from '../domain/bank-account.js';
import { bankAccountFrom, type BankAccountRow, destinationFrom } from './rows.js';

/** `IN`, not a join: many payouts of one batch name the same account, and each account is wanted once. */
const FIND = `
  SELECT * FROM bank_accounts
  WHERE (merchant_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

const FIND_BY_DESTINATION = `
  WITH wanted AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, key))
  SELECT merchant_id, id, account_number, ifsc, vpa FROM bank_accounts
  WHERE (merchant_id, account_number, ifsc) IN (
    SELECT merchant_id, split_part(key, '|', 1), split_part(key, '|', 2) FROM wanted)
  UNION ALL
  SELECT merchant_id, id, account_number, ifsc, vpa FROM bank_accounts
  WHERE (merchant_id, vpa) IN (SELECT merchant_id, key FROM wanted)`;

const ADD = `
  INSERT INTO bank_accounts (merchant_id, id, account_holder_name, account_number, ifsc, vpa, is_active, created_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[],
    $8::timestamptz[])`;

const CHANGE = `
  UPDATE bank_accounts a SET is_active = changed.is_active
  FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS changed(merchant_id, id, is_active)
  WHERE a.merchant_id = changed.merchant_id AND a.id = changed.id`;

export class BankAccountStore implements BookTableStore<BankAccount> {
  readonly table = bankAccountRows;

  async load(sql: Sql, merchantIds: readonly string[], keys: readonly string[]): Promise<LoadedRow<BankAccount>[]> {
    const rows = await sql.query<BankAccountRow>(FIND, [merchantIds, keys]);
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.id, row: bankAccountFrom(row) }));
  }

  flush(staged: readonly StagedRow<BankAccount>[]): Statement[] {
    const added = staged.filter(({ isNew }) => isNew).map(({ row }) => row);
    const changed = staged.filter(({ isNew }) => !isNew).map(({ row }) => row);
    return [...(added.length > 0 ? [add(added)] : []), ...(changed.length > 0 ? [change(changed)] : [])];
  }
}

/** Which destinations are taken. Nothing is written here: an index in the database, which its rows keep by themselves. */
export class BankAccountDestinationStore implements BookTableStore<string> {
  readonly table = bankAccountDestinations;

  async load(sql: Sql, merchantIds: readonly string[], keys: readonly string[]): Promise<LoadedRow<string>[]> {
    const rows = await sql.query<BankAccountRow>(FIND_BY_DESTINATION, [merchantIds, keys]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      key: destinationKey(destinationFrom(row)),
      row: row.id,
    }));
  }
}

function add(accounts: readonly BankAccount[]): Statement {
  const values = [
    accounts.map(({ merchantId }) => merchantId),
    accounts.map(({ id }) => id),
    accounts.map(({ holderName }) => holderName),
    accounts.map(({ destination }) => destination.accountNumber ?? null),
    accounts.map(({ destination }) => destination.ifsc ?? null),
    accounts.map(({ destination }) => destination.vpa ?? null),
    accounts.map(({ isActive }) => isActive),
    accounts.map(({ createdAt }) => createdAt),
  ];
  return { text: ADD, values };
}

function change(accounts: readonly BankAccount[]): Statement {
  const values = [
    accounts.map(({ merchantId }) => merchantId),
    accounts.map(({ id }) => id),
    accounts.map(({ isActive }) => isActive),
  ];
  return { text: CHANGE, values };
}
