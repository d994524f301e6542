import { IssueApiKey, RevokeApiKey } from '../../modules/merchants/merchants.public.js';
import { type Command, withMigrated } from './command.js';

export const createOperator: Command<'create-operator'> = (config, { name }, print) =>
  withMigrated(config, async (context) => {
    const { apiKey, key } = await context.get(IssueApiKey).execute({ merchantId: null, name });
    print(`Operator key for ${name} (key id ${apiKey.id}). It is shown only this once; keep it safe:`);
    print(key);
    return 0;
  });

export const revokeOperator: Command<'revoke-operator'> = (config, { keyId }, print) =>
  withMigrated(config, async (context) => {
    await context.get(RevokeApiKey).execute({ merchantId: null, keyId });
    print(`Revoked. Running services refuse the key within five seconds.`);
    return 0;
  });
