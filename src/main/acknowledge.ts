import { StartupError } from '../platform/config/config.public.js';
import { AcknowledgeFinding } from '../modules/ledger/ledger.public.js';
import type { Command } from './command-line.js';
import { merchantIdOf, withMigrated } from './commands.js';
import { typist } from './typist.js';

/** A person has judged a finding of `verify`. */
export const acknowledge: Command = (config, { finding = '', reason, merchant }, print) => {
  if (!/^[0-9a-f]{64}$/.test(finding)) throw new StartupError('Name the finding by the digest that verify prints.');
  if (!reason || reason.length > 500) throw new StartupError('Say why, in 1 to 500 characters: --reason TEXT');
  const within = merchant === undefined ? 'anywhere' : { merchantId: merchantIdOf(merchant) };
  return withMigrated(config, async (tools) => {
    const command = { within, evidence: finding, reason, actor: typist() } as const;
    const { acknowledgement, isNew } = await tools.get(AcknowledgeFinding).execute(command);
    const { code, detail, actor, createdAt } = acknowledgement;
    print(`${code} ${detail}`);
    print(
      `${isNew ? 'Acknowledged' : 'Was acknowledged before'} by ${actor} at ${createdAt.toISOString()}: ${acknowledgement.reason}`,
    );
    return 0;
  });
};
