import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { FundMerchant, VerifyBooks } from '../src/modules/ledger/ledger.public.js';
import { CreateMerchant, IssueApiKey, RegisterBankAccount } from '../src/modules/merchants/merchants.public.js';
import { configFrom } from '../src/main/settings.js';
import type { Config } from '../src/platform/config/config.public.js';
import { nextId } from '../src/shared/ids.js';
import type { RequestTemplate } from './request-bytes.js';
import type { Place } from './temporary-server.js';

/**
 * The most that one funding accepts: ₹10,000 crore, enough for a hundred thousand million payouts of the smallest
 * amount.
 */
const FUNDS_PAISE = 10_000_000_000_000n;

/** The smallest amount that can be paid out. */
const AMOUNT_PAISE = 100;

/** How many merchants are made at the same time: their books share commits. */
const AT_ONCE = 50;

export interface BenchMerchant {
  readonly id: string;
  readonly apiKey: string;
  readonly bankAccountId: string;
}

/** The parts of a place that the service's own code needs. */
type Addresses = Pick<Place, 'environment'>;

/**
 * Merchants with money, made by the same use cases as in production.
 * @param ending the last four digits of their bank accounts, which tell the simulated bank what to do
 */
export function makeMerchants(
  place: Addresses,
  count: number,
  { funded = true, ending = '0001' } = {},
): Promise<BenchMerchant[]> {
  return withContext(place, async (context) => {
    const merchants: BenchMerchant[] = [];
    for (let made = 0; made < count; made += AT_ONCE) {
      const next = Array.from({ length: Math.min(AT_ONCE, count - made) }, (_, i) =>
        makeMerchant(context, made + i + 1, { funded, ending }),
      );
      merchants.push(...(await Promise.all(next)));
    }
    return merchants;
  });
}

async function makeMerchant(
  context: INestApplicationContext,
  number: number,
  { funded, ending }: { readonly funded: boolean; readonly ending: string },
): Promise<BenchMerchant> {
  const id = nextId(Date.now());
  await context
    .get(CreateMerchant)
    .execute({ id, name: `Merchant ${number}`, email: `merchant-${number}@bench.example` });
  const { key: apiKey } = await context.get(IssueApiKey).execute({ merchantId: id, name: 'Bench' });
  const bank = { holderName: 'Asha Rao', destination: { accountNumber: `5010001234${ending}`, ifsc: 'HDFC0000001' } };
  const { account } = await context.get(RegisterBankAccount).execute({ merchantId: id, ...bank });
  const funding = { amountPaise: FUNDS_PAISE, reason: 'bench', actor: 'system', key: randomUUID() };
  if (funded) await context.get(FundMerchant).execute({ merchantId: id, ...funding });
  return { id, apiKey, bankAccountId: account.id };
}

/** The key of an operator. */
export function makeOperator(place: Place): Promise<string> {
  return withContext(place, async (context) => {
    const { key } = await context.get(IssueApiKey).execute({ merchantId: null, name: 'Bench' });
    return key;
  });
}

export function payoutOf({ apiKey, bankAccountId }: BenchMerchant): RequestTemplate {
  const body = JSON.stringify({ amount_paise: AMOUNT_PAISE, bank_account_id: bankAccountId });
  return { method: 'POST', path: '/api/v1/payouts', apiKey, body };
}

export interface Verified {
  readonly transactions: number;
  readonly findings: readonly string[];
}

/**
 * Recomputes every book as `bahi verify` does, and counts what was accepted.
 * @throws if there is a finding, or if the ledger does not have exactly one hold for each accepted payout
 */
export async function verify(place: Place, accepted: number): Promise<{ transactions: number }> {
  const verified = await verifyBooks(place);
  await assertAllHeld(place, accepted, verified);
  return verified;
}

/** @throws as `verify` */
export async function assertAllHeld({ superuser }: Place, accepted: number, { findings }: Verified): Promise<void> {
  if (findings.length > 0) throw new Error(`verify found ${findings.length} faults, the first: ${findings[0]}`);
  const [row] = await superuser.query<{ payouts: number; holds: number }>(
    // Each count is a subquery of its own, as a coordinator of distributed tables requires.
    `SELECT * FROM (SELECT count(*)::integer AS payouts FROM payouts) AS p, (
       SELECT count(*)::integer AS holds FROM payouts p JOIN ledger_transactions t
         ON t.merchant_id = p.merchant_id AND t.reference_id = p.id::text AND t.kind = 'payout_hold') AS h`,
  );
  if (row!.payouts !== accepted || row!.holds !== accepted)
    throw new Error(`${accepted} payouts were accepted; there are ${row!.payouts}, and ${row!.holds} of them are held`);
}

/** The number of transactions that `bahi verify` checks, and its findings. */
export async function verifyBooks(place: Addresses): Promise<Verified> {
  let transactions = 0;
  const findings: string[] = [];
  await withContext(place, async (context) => {
    for await (const book of context.get(VerifyBooks).execute(null)) {
      transactions += book.transactions;
      for (const { code, detail } of book.findings) findings.push(`${book.merchantId} ${code} ${detail}`);
    }
  });
  return { transactions, findings };
}

async function withContext<T>(place: Addresses, work: (context: INestApplicationContext) => Promise<T>): Promise<T> {
  const context = await openContext(configFrom({ ...place.environment }));
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

/** As `openCommandContext`; `--against` runs this in older commits too, in which that has another name. */
async function openContext(config: Config): Promise<INestApplicationContext> {
  const commands = new URL('../src/main/commands/', import.meta.url);
  const older = new URL('tools.js', commands);
  const isOlder = existsSync(older) && !existsSync(new URL('command-context.js', commands));
  if (!isOlder) return (await import('../src/main/commands/command-context.js')).openCommandContext(config);
  const { openTools } = (await import(older.href)) as {
    openTools: (given: Config) => Promise<INestApplicationContext>;
  };
  return openTools(config);
}
