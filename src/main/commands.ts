import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { formatPaise } from '../shared/money.js';
import { type Config, ProcessSettings, StartupError } from '../platform/config/config.public.js';
import {
  assertFits,
  Database,
  DatabaseSettings,
  dropEverything,
  forgetServer,
  migrate,
} from '../platform/database/database.public.js';
import { FundMerchant } from '../modules/ledger/ledger.public.js';
import { IssueApiKey, Merchants, RevokeApiKey } from '../modules/merchants/merchants.public.js';
import type { Arguments, CommandName } from './command-line.js';
import { seedWhereEmpty } from './demo.js';
import { assertNoService } from './service.js';
import { withTools } from './tools.js';
import { typist } from './typist.js';

/** Works on a server that is there, with arguments that were checked, and ends with the process's exit code. */
export type Command<Name extends CommandName> = (
  config: Config,
  given: Arguments[Name],
  print: (line: string) => void,
) => Promise<number>;

export const migrateDatabase: Command<'migrate'> = async (config, _given, print) => {
  await migrate(config.get(DatabaseSettings).migrationUrl!, print);
  print('The database is up to date.');
  return 0;
};

export const createOperator: Command<'create-operator'> = (config, { name }, print) =>
  withMigrated(config, async (tools) => {
    const { apiKey, key } = await tools.get(IssueApiKey).execute({ merchantId: null, name });
    print(`Operator key for ${name} (key id ${apiKey.id}). It is shown this once; keep it safe:`);
    print(key);
    return 0;
  });

export const revokeOperator: Command<'revoke-operator'> = (config, { keyId }, print) =>
  withMigrated(config, async (tools) => {
    await tools.get(RevokeApiKey).execute({ merchantId: null, keyId });
    print(`Revoked. Running services refuse the key within five seconds.`);
    return 0;
  });

export const fund: Command<'fund'> = (config, { merchantId: only, amountPaise, reason, key: given }, print) =>
  withMigrated(config, async (tools) => {
    const ids = only === null ? await allMerchants(tools) : [await merchantThere(tools, only)];
    const key = given ?? randomUUID();
    if (given === null) print(`If this does not come to its end, repeat it with --key ${key}`);
    for (const merchantId of ids) {
      const command = { merchantId, amountPaise, reason, key, actor: typist() };
      const { availablePaise, alreadyPosted } = await tools.get(FundMerchant).execute(command);
      const done = alreadyPosted ? 'was funded with this key before' : `funded with ${formatPaise(amountPaise)}`;
      print(`${merchantId} ${done}; available: ${formatPaise(availablePaise)}`);
    }
    return 0;
  });

export const forget: Command<'forget-server'> = async (config, _given, print) => {
  await assertNoService(config);
  await forgetServer(config);
  print('Forgotten. The next start takes the server that DATABASE_URL leads to.');
  return 0;
};

/** Refused in production, and beside a running service, whose memory would not fit the new data. */
export const seed: Command<'seed'> = async (config, { reset }, print) => {
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

/** @throws StartupError when there is none */
export async function merchantThere(tools: INestApplicationContext, id: string): Promise<string> {
  if ((await tools.get(Merchants).find(id)) === null) throw new StartupError(`There is no merchant ${id}.`);
  return id;
}
