import { AcknowledgeFinding } from '../../modules/ledger/ledger.public.js';
import { type Command, merchantThere, withMigrated } from './command.js';
import { counted } from './counted.js';
import { ProgressLine } from './progress-line.js';
import { commandActor } from './command-actor.js';

/** Records that a person has judged a finding of `verify`. */
export const acknowledge: Command<'acknowledge'> = (config, { finding, reason, merchantId }, print) => {
  const within = merchantId === null ? 'anywhere' : { merchantId };
  return withMigrated(config, async (context) => {
    if (merchantId !== null) await merchantThere(context, merchantId);
    const command = { within, evidence: finding, reason, actor: commandActor() } as const;
    const progress = new ProgressLine();
    const { acknowledgement, isNew } = await context
      .get(AcknowledgeFinding)
      .execute(command, ({ merchantId: id, before }) =>
        progress.show(() => `${id}: not found in ${counted(before, 'book')} before it`),
      )
      .finally(() => progress.clear());
    const { code, detail, actor, createdAt } = acknowledgement;
    print(`${code} ${detail}`);
    print(
      `${isNew ? 'Acknowledged' : 'Was acknowledged before'} by ${actor} at ${createdAt.toISOString()}: ${acknowledgement.reason}`,
    );
    return 0;
  });
};
