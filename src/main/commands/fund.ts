import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { formatPaise } from '../../shared/money.js';
import { Database } from '../../platform/database/database.public.js';
import { AmountTooLarge, FundMerchant, InsufficientFunds } from '../../modules/ledger/ledger.public.js';
import { type Command, merchantThere, withMigrated } from './command.js';
import { commandActor } from './command-actor.js';

/** Exit code 1 when a book was not funded. If one of many books refuses, the others are still funded. */
export const fund: Command<'fund'> = (config, { merchantId: only, amountPaise, reason, key: given }, print) =>
  withMigrated(config, async (context) => {
    const ids = only === null ? await allMerchants(context) : [await merchantThere(context, only)];
    const key = given ?? randomUUID();
    if (given === null) print(`If this is interrupted, repeat it with --key ${key}`);
    let refused = 0;
    for (const merchantId of ids) {
      const command = { merchantId, amountPaise, reason, key, actor: commandActor() };
      try {
        const { availablePaise, alreadyPosted } = await context.get(FundMerchant).execute(command);
        const done = alreadyPosted ? 'was funded with this key before' : `funded with ${formatPaise(amountPaise)}`;
        print(`${merchantId} ${done}; available: ${formatPaise(availablePaise)}`);
      } catch (error) {
        if (only !== null || !isOfOneBook(error)) throw error;
        print(`${merchantId} NOT funded: ${error.message}`);
        refused++;
      }
    }
    if (refused === 0) return 0;
    print(
      `${refused} of ${ids.length} books were not funded. Repeat the command with --key ${key} to fund only these.`,
    );
    return 1;
  });

/**
 * These refusals concern one book: another may accept the amount, and so may this one later. A key that has funded with
 * another amount is refused for ever.
 */
function isOfOneBook(error: unknown): error is InsufficientFunds | AmountTooLarge {
  return error instanceof InsufficientFunds || error instanceof AmountTooLarge;
}

async function allMerchants(context: INestApplicationContext): Promise<string[]> {
  const rows = await context.get(Database).query<{ id: string }>('SELECT id FROM merchants ORDER BY id');
  return rows.map(({ id }) => id);
}
