import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { parseUuid } from '../shared/ids.js';
import { formatPaise } from '../shared/money.js';
import { type Config, ProcessSettings, StartupError } from '../platform/config/config.public.js';
import {
  assertFits,
  Database,
  DatabaseSettings,
  dropEverything,
  migrate,
} from '../platform/database/database.public.js';
import { FundMerchant, type Judged, VerifyBooks } from '../modules/ledger/ledger.public.js';
import { IssueApiKey, Merchants, RevokeApiKey } from '../modules/merchants/merchants.public.js';
import type { Command, CommandOptions } from './command-line.js';
import { seedWhereEmpty } from './demo.js';
import { assertNoService } from './service.js';
import { withTools } from './tools.js';
import { typist } from './typist.js';

/** More is not a correction but a mistake at the keyboard: ₹10,000 crore. */
const MAX_FUNDING_PAISE = 10_000_000_000_000n;

export const migrateDatabase: Command = async (config, _options, print) => {
  await migrate(config.get(DatabaseSettings).migrationUrl!, print);
  print('The database is up to date.');
  return 0;
};

export const createOperator: Command = (config, { name }, print) =>
  withMigrated(config, async (tools) => {
    if (!name || name.length > 120) throw new StartupError('Say whose key it is: create-operator --name NAME');
    const { apiKey, key } = await tools.get(IssueApiKey).execute({ merchantId: null, name });
    print(`Operator key for ${name} (key id ${apiKey.id}). It is shown this once; keep it safe:`);
    print(key);
    return 0;
  });

export const revokeOperator: Command = (config, options, print) =>
  withMigrated(config, async (tools) => {
    const keyId = parseUuid(options['key-id'] ?? '');
    if (keyId === null) throw new StartupError('--key-id takes the id that create-operator printed, a UUID.');
    await tools.get(RevokeApiKey).execute({ merchantId: null, keyId });
    print(`Revoked. Running services refuse the key within five seconds.`);
    return 0;
  });

export const fund: Command = (config, options, print) =>
  withMigrated(config, async (tools) => {
    const amountPaise = amountOf(options['amount-paise']);
    const { reason, merchant, all, key = randomUUID() } = options;
    if (!reason || reason.length > 500) throw new StartupError('Say why, in 1 to 500 characters: --reason TEXT');
    if (!/^[ -~]{1,255}$/.test(key)) throw new StartupError('--key takes 1 to 255 printable ASCII characters.');
    if ((merchant === undefined) === !all) throw new StartupError('Name one merchant (--merchant ID) or all (--all).');
    if (options.key === undefined) print(`If this does not come to its end, repeat it with --key ${key}`);
    const ids = merchant === undefined ? await allMerchants(tools) : [merchantIdOf(merchant)];
    for (const merchantId of ids) {
      const command = { merchantId, amountPaise, reason, key, actor: typist() };
      const { availablePaise, alreadyPosted } = await tools.get(FundMerchant).execute(command);
      const done = alreadyPosted ? 'was funded with this key before' : `funded with ${formatPaise(amountPaise)}`;
      print(`${merchantId} ${done}; available: ${formatPaise(availablePaise)}`);
    }
    return 0;
  });

export const verify: Command = (config, options, print) =>
  withMigrated(config, async (tools) => {
    const merchantId = options.merchant === undefined ? null : merchantIdOf(options.merchant);
    const head = headOf(options['expect-head']);
    if (head !== null && merchantId === null) throw new StartupError('--expect-head goes with --merchant ID.');
    if (merchantId !== null && (await tools.get(Merchants).find(merchantId)) === null) {
      throw new StartupError(`There is no merchant ${merchantId}.`);
    }
    let books = 0;
    let findings = 0;
    let acknowledged = 0;
    for await (const book of tools.get(VerifyBooks).execute(merchantId, head)) {
      books++;
      findings += book.findings.length;
      const verdict = book.findings.length === 0 ? 'ok' : `${book.findings.length} findings`;
      print(`${book.merchantId} ${book.transactions} transactions, head ${book.head}: ${verdict}`);
      acknowledged += book.acknowledged.length;
      printJudged(book, print);
      for (const { actor, count, paise } of book.adjustments)
        print(`  adjusted by ${actor}: ${count} times, ${formatPaise(paise)} in all`);
    }
    if (merchantId === null) {
      const beside = await tools.get(VerifyBooks).ofNoBook();
      findings += beside.findings.length;
      acknowledged += beside.acknowledged.length;
      if (beside.findings.length + beside.acknowledged.length > 0) print('in no book:');
      printJudged(beside, print);
    }
    const wrong = findings === 0 ? 'nothing wrong' : `${findings} findings`;
    print(`${books} books verified, ${acknowledged === 0 ? '' : `${acknowledged} findings acknowledged, `}${wrong}.`);
    return findings === 0 ? 0 : 1;
  });

function printJudged({ findings, acknowledged }: Judged, print: (line: string) => void): void {
  for (const { code, detail, evidence } of findings)
    print(`  ${code} ${detail}${evidence === undefined ? '' : ` (finding ${evidence})`}`);
  for (const { code, detail, actor, createdAt, reason } of acknowledged)
    print(`  acknowledged by ${actor} at ${createdAt.toISOString()} (${reason}): ${code} ${detail}`);
}

/** Refused in production, and beside a running service, whose memory would not fit the new data. */
export const seed: Command = async (config, { reset }, print) => {
  if (config.get(ProcessSettings).production)
    throw new StartupError('seed is refused when NODE_ENV=production: it makes well-known keys.');
  if (reset) {
    await assertNoService(config);
    await dropEverything(config.get(DatabaseSettings).migrationUrl!);
    print('Dropped all data.');
  }
  await migrate(config.get(DatabaseSettings).migrationUrl!);
  if (!(await seedWhereEmpty(config, print))) print('There are merchants already; nothing was changed.');
  return 0;
};

/** On a database that is up to date. @throws StartupError */
export async function withMigrated(
  config: Config,
  work: (tools: INestApplicationContext) => Promise<number>,
): Promise<number> {
  const { url, pooled } = config.get(DatabaseSettings);
  const database = new Database(url!, 1, pooled);
  await assertFits(database).finally(() => database.close());
  return withTools(config, work);
}

async function allMerchants(tools: INestApplicationContext): Promise<string[]> {
  const rows = await tools.get(Database).query<{ id: string }>('SELECT id FROM merchants ORDER BY id');
  return rows.map(({ id }) => id);
}

export function merchantIdOf(text: string): string {
  const id = parseUuid(text);
  if (id === null) throw new StartupError(`--merchant takes the merchant's id, a UUID: ${text} is none.`);
  return id;
}

function amountOf(text: CommandOptions['amount-paise']): bigint {
  const amount = text !== undefined && /^-?\d{1,14}$/.test(text) ? BigInt(text) : 0n;
  if (amount === 0n || amount > MAX_FUNDING_PAISE || amount < -MAX_FUNDING_PAISE) {
    throw new StartupError('--amount-paise takes a whole number of paise up to 10000000000000: 50000 is ₹500.00.');
  }
  return amount;
}

function headOf(text: string | undefined): { seq: number; hash: string } | null {
  if (text === undefined) return null;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new StartupError('--expect-head takes SEQ:HASH as verify prints it.');
  return { seq: Number(seq), hash };
}
