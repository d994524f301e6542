import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestBooks, together } from '../../../../test/support/write-path.js';
import type { TestMerchant, WriteProcess } from '../../../../test/support/write-process.js';
import type { BankAccount, Destination } from '../domain/bank-account.js';
import { BankAccounts } from '../domain/bank-accounts.js';
import { destinationKey } from '../domain/merchant-tables.js';
import { BankAccountsByDestination } from '../infrastructure/bank-account-stores.js';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { bankAccounts } from '../infrastructure/merchant-rows.js';
import { RegisterBankAccount } from './register-bank-account.js';

/** The committed accounts, read without the object mapper. */
class CommittedBankAccounts extends BankAccounts {
  counts = 0;

  /** @param isSettled nothing is in flight; if false, requests of one batch do not find each other's accounts */
  constructor(private readonly isSettled = false) {
    super();
  }

  async find(_merchantId: string | null, id: string): Promise<BankAccount | null> {
    const [row] = await process.database.query<StoredRow>('SELECT * FROM bank_accounts WHERE id = $1', [id]);
    return row === undefined ? null : bankAccounts.fromRow(row);
  }

  async ofDestination(merchantId: string, destination: Destination): Promise<readonly BankAccount[]> {
    if (!this.isSettled) return [];
    const key = destinationKey(destination);
    const [found] = await new BankAccountsByDestination().load(process.database, [merchantId], [key], null);
    return found?.row ?? [];
  }

  /** There is always room here. */
  count(): Promise<number> {
    this.counts++;
    return Promise.resolve(0);
  }

  list(): Promise<BankAccount[]> {
    throw new Error('nobody asks for lists here');
  }
}

let testBooks: TestBooks;
let process: WriteProcess;

beforeAll(async () => {
  testBooks = await TestBooks.open();
  process = testBooks.process();
  process.books.register(new BankAccountsByDestination());
});

afterAll(() => testBooks.close());

const ENOUGH = { bankAccounts: 1_000, apiKeys: 1_000 };

const register = (
  { id: merchantId }: TestMerchant,
  accountNumber: string,
  holderName = 'Asha Rao',
  accounts = new CommittedBankAccounts(),
) =>
  new RegisterBankAccount(process.books, accounts, ENOUGH).execute({
    merchantId,
    holderName,
    destination: { accountNumber, ifsc: 'HDFC0000001' },
  });

const valuesOf = <T>(results: PromiseSettledResult<T>[]): T[] =>
  results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });

describe('bank accounts that are registered in one batch', () => {
  it('are one where they are the same, and the batch stays one commit', async () => {
    const merchant = await testBooks.aMerchant();
    const numbers = ['1111100001', '1111100002', '1111100001', '1111100003'];
    const registered = valuesOf(
      await together(testBooks, process, () => numbers.map((number) => register(merchant, number))),
    );
    expect(registered.map(({ isNew }) => isNew)).toEqual([true, true, false, true]);
    expect(registered[2]!.account).toEqual(registered[0]!.account);
    expect(registered.map(({ account }) => account.destination.accountNumber)).toEqual(numbers);
    // A second INSERT would have made the batch fail, and each request would have been repeated in its own transaction.
    const commits = `(SELECT DISTINCT xmin::text FROM bank_accounts WHERE merchant_id = $1 AND id <> $2) AS commits`;
    expect(await testBooks.count(commits, [merchant.id, merchant.bankAccountId])).toBe(1);
  });

  it('are one for each name of their holder', async () => {
    const merchant = await testBooks.aMerchant();
    const names = ['Asha Roa', 'Asha Rao', 'ASHA  ROA', 'asha rao'];
    const registered = valuesOf(
      await together(testBooks, process, () => names.map((name) => register(merchant, '1111100001', name))),
    );
    expect(registered.map(({ isNew }) => isNew)).toEqual([true, true, false, false]);
    expect(registered.map(({ account }) => account.holderName)).toEqual([
      'Asha Roa',
      'Asha Rao',
      'Asha Roa',
      'Asha Rao',
    ]);
  });
});

describe('a bank account that is registered again', () => {
  it('is found before anything is counted', async () => {
    const merchant = await testBooks.aMerchant();
    const accounts = new CommittedBankAccounts(true);
    const first = await register(merchant, '1111100001', 'Asha Rao', accounts);
    expect([first.isNew, accounts.counts]).toEqual([true, 1]);
    const again = await register(merchant, '1111100001', 'asha  rao', accounts);
    expect(again).toEqual({ account: first.account, isNew: false });
    expect(accounts.counts).toBe(1);
  });
});
