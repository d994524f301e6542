import { randomUUID } from 'node:crypto';
import type { SqlSession } from './sql-session.js';
import type { TestMerchant } from './write-process.js';

/** A merchant with a bank account, table by table: none of it goes to more than one shard. */
export async function aBookOn(superuser: SqlSession): Promise<TestMerchant> {
  const merchant = { id: randomUUID(), bankAccountId: randomUUID() };
  const rows = [
    `INSERT INTO merchants (id, name, email, created_at, updated_at) VALUES ($1, 'Acme', 'ops@acme.example', now(), now())`,
    'INSERT INTO books (merchant_id) VALUES ($1)',
  ];
  for (const row of rows) await superuser.query(row, [merchant.id]);
  await superuser.query(
    `INSERT INTO bank_accounts (merchant_id, id, account_holder_name, account_number, ifsc, created_at)
     VALUES ($1, $2, 'Asha Rao', '50100000123456', 'HDFC0000001', now())`,
    [merchant.id, merchant.bankAccountId],
  );
  return merchant;
}
