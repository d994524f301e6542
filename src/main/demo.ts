import type { INestApplicationContext } from '@nestjs/common';
import type { Config } from '../platform/config/config.public.js';
import { Database, DatabaseSettings } from '../platform/database/database.public.js';
import { Authenticator } from '../platform/http/http.public.js';
import { FundMerchant } from '../modules/ledger/ledger.public.js';
import { CreateMerchant, IssueApiKey, RegisterBankAccount } from '../modules/merchants/merchants.public.js';
import { withTools } from './tools.js';

interface DemoMerchant {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly key: string;
  readonly balancePaise: bigint;
  /**
   * Of the bank accounts ending 0001 (pays), 0002 (is rejected) and 0004 (is paid, and the answer is lost). Lists run
   * from the highest id down, so the one that pays is the first.
   */
  readonly accountIds: readonly [string, string, string];
}

/** Ids never change, so that a documented curl line pastes after any reset. */
export const DEMO_OPERATOR_KEY = 'operator-key-demo';
export const DEMO_MERCHANTS: readonly DemoMerchant[] = [
  demoMerchant(1, 'Acme Agency', 'accounts@acme.example', 'api-key-acme-agency', 10_000_00n),
  demoMerchant(2, 'Freelancer Fiaz', 'fiaz@example.org', 'api-key-freelancer-fiaz', 5_000_00n),
  demoMerchant(3, 'Tiny Studio', 'hello@tiny.example', 'api-key-tiny-studio', 100_00n),
];

const ACCOUNT_NUMBERS = ['0001', '0002', '0004'].map((ending) => `5010001234${ending}`);

function demoMerchant(n: number, name: string, email: string, key: string, balancePaise: bigint): DemoMerchant {
  const id = (part: string): string => `01890000-0000-7000-8000-0000000${part}000${n}`;
  return { id: id('0'), name, email, key, balancePaise, accountIds: [id('c'), id('b'), id('a')] };
}

/**
 * Makes the demo where nobody has used the database yet, as the role `bahi_admin`, or, where no address leads there, as
 * the owner, who migrates.
 */
export async function seedWhereEmpty(config: Config, print: (line: string) => void): Promise<boolean> {
  const { url, pooled, adminUrl, migrationUrl } = config.get(DatabaseSettings);
  const database = new Database(url!, 1, pooled);
  const looked = database.query<{ used: boolean }>('SELECT EXISTS (SELECT FROM merchants) AS used');
  const [row] = await looked.finally(() => database.close());
  if (row!.used) return false;
  await withTools(config.with(DatabaseSettings, { adminUrl: adminUrl ?? migrationUrl }), seedDemo);
  print('Seeded the demo merchants.');
  return true;
}

/** Whether the published keys open this database. */
export async function hasDemoKeys(app: INestApplicationContext): Promise<boolean> {
  const keys = [DEMO_OPERATOR_KEY, ...DEMO_MERCHANTS.map(({ key }) => key)];
  const known = await Promise.all(keys.map((key) => app.get(Authenticator, { strict: false }).authenticate(key)));
  return known.some((principal) => principal !== null);
}

/**
 * Makes the demo's merchants, keys, bank accounts and balances. The balances are ledger transactions like any other.
 */
async function seedDemo(app: INestApplicationContext): Promise<void> {
  await app.get(IssueApiKey).execute({ merchantId: null, name: 'Demo operator', chosenKey: DEMO_OPERATOR_KEY });
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
