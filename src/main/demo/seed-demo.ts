import type { INestApplicationContext } from '@nestjs/common';
import type { Config } from '../../platform/config/config.public.js';
import { Database, DatabaseSettings, type Sql, withMigratorsLock } from '../../platform/database/database.public.js';
import { Authenticator } from '../../platform/http/http.public.js';
import { FundMerchant } from '../../modules/ledger/ledger.public.js';
import { CreateMerchant, IssueApiKey, RegisterBankAccount } from '../../modules/merchants/merchants.public.js';
import { DEMO_MERCHANTS, DEMO_OPERATOR, demoKeysOf } from './demo-merchants.js';
import { withCommandContext } from '../commands/command-context.js';

const ACCOUNT_NUMBERS = ['0001', '0002', '0004'].map((ending) => `5010001234${ending}`);

/**
 * Creates the demo data if nobody has used the database yet, as the role `bahi_admin`, or, if no address for that role
 * is set, as the owner, who migrates.
 */
export async function seedWhereEmpty(config: Config, print: (line: string) => void): Promise<boolean> {
  const { url, pooled, adminUrl, migrationUrl } = config.get(DatabaseSettings);
  const asAdmin = config.with(DatabaseSettings, { adminUrl: adminUrl ?? migrationUrl });
  // If two start at the same time, the second waits and then finds the database in use.
  const isSeeded = await withMigratorsLock(migrationUrl!, print, async () => {
    const database = new Database(url!, 1, pooled);
    if (await isUsed(database).finally(() => database.close())) return false;
    await withCommandContext(asAdmin, seedDemo);
    return true;
  });
  if (isSeeded) print('Seeded the demo merchants.');
  return isSeeded;
}

/** Keys are stored on the coordinator when books are distributed, so a node that is down does not prevent the start. */
async function isUsed(sql: Sql): Promise<boolean> {
  for (const table of ['api_keys WHERE merchant_id IS NOT NULL', 'merchants']) {
    const [row] = await sql.query<{ used: boolean }>(`SELECT EXISTS (SELECT 1 FROM ${table}) AS used`);
    if (row!.used) return true;
  }
  return false;
}

/** Whether this database accepts any of the published keys. */
export async function hasDemoKeys(app: INestApplicationContext): Promise<boolean> {
  return (await demoKeysOf(app.get(Authenticator, { strict: false }))).length > 0;
}

/** Creates the demo's merchants, keys, bank accounts and balances. The balances are ordinary ledger transactions. */
async function seedDemo(app: INestApplicationContext): Promise<void> {
  await app.get(IssueApiKey).execute({ merchantId: null, name: DEMO_OPERATOR.name, chosenKey: DEMO_OPERATOR.key });
  for (const { id, name, email, key, balancePaise, accountIds } of DEMO_MERCHANTS) {
    await app.get(CreateMerchant).execute({ id, name, email });
    await app.get(IssueApiKey).execute({ merchantId: id, name: 'Demo', chosenKey: key });
    for (const [i, accountNumber] of ACCOUNT_NUMBERS.entries()) {
      const destination = { accountNumber, ifsc: 'HDFC0000001' };
      const account = { id: accountIds[i], holderName: name, destination };
      await app.get(RegisterBankAccount).execute({ merchantId: id, ...account });
    }
    const funding = { key: 'demo', amountPaise: balancePaise, reason: 'Demo balance', actor: 'system' };
    await app.get(FundMerchant).execute({ merchantId: id, ...funding });
  }
}
