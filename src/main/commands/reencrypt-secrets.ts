import { StartupError } from '../../platform/config/config.public.js';
import { SealingSettings } from '../../platform/sealing/sealing.public.js';
import { ReencryptSecrets, type UnreadableSecret } from '../../modules/webhooks/webhooks.public.js';
import { type Command, withMigrated } from './command.js';

/**
 * The second step of replacing the key (docs/operating.md, "Secrets"). Exit code 1 when an older key is still needed.
 */
export const reencryptSecrets: Command<'reencrypt-secrets'> = (config, _given, print) => {
  if (config.get(SealingSettings).keys.length === 0)
    throw new StartupError(
      'DATA_ENCRYPTION_KEY is not set. Set it to the new key, a comma, and the old key (that of the embedded ' +
        'PostgreSQL is in DATA_DIR/data-encryption-key).',
    );
  return withMigrated(config, async (context) => {
    const { keyId, done, unreadable, stillInUse } = await context.get(ReencryptSecrets).execute();
    print(`${done === 1 ? '1 secret was' : `${done} secrets were`} encrypted with the key ${keyId}.`);
    unreadable.forEach((secret) => print(lineOf(secret)));
    if (unreadable.length > 0)
      print(
        'Add the missing key to DATA_ENCRYPTION_KEY and run this again. If the key is lost, replace the secret ' +
          '(rotate-secret).',
      );
    if (stillInUse.length > 0)
      print(
        `In the meantime a secret was encrypted with the key ${stillInUse.join(', ')}: a process still has that ` +
          'key first. Give all processes the same DATA_ENCRYPTION_KEY, and run this again.',
      );
    if (unreadable.length > 0 || stillInUse.length > 0) return 1;
    print('No other key is needed any more: remove the others from DATA_ENCRYPTION_KEY.');
    return 0;
  });
};

function lineOf({ merchantId, endpointId, keyId }: UnreadableSecret): string {
  const whose = merchantId === null ? 'the operators’' : `merchant ${merchantId}`;
  return (
    `The secret of endpoint ${endpointId} (${whose}) was encrypted with the key ${keyId}, which is not in ` +
    'DATA_ENCRYPTION_KEY.'
  );
}
