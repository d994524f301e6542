import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { formatPaise } from '../../shared/money.js';
import { Database } from '../../platform/database/database.public.js';
import { FundMerchant } from '../../modules/ledger/ledger.public.js';
import { type Command, merchantThere, withMigrated } from './command.js';
import { typist } from './typist.js';

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

async function allMerchants(tools: INestApplicationContext): Promise<string[]> {
  const rows = await tools.get(Database).query<{ id: string }>('SELECT id FROM merchants ORDER BY id');
  return rows.map(({ id }) => id);
}
