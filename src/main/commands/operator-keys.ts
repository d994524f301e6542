import { IssueApiKey, RevokeApiKey } from '../../modules/merchants/merchants.public.js';
import { type Command, withMigrated } from './command.js';

export const createOperator: Command<'create-operator'> = (config, { name }, print) =>
  withMigrated(config, async (tools) => {
    const { apiKey, key } = await tools.get(IssueApiKey).execute({ merchantId: null, name });
    print(`Operator key for ${name} (key id ${apiKey.id}). It is shown only this once; keep it safe:`);
    print(key);
    return 0;
  });

export const revokeOperator: Command<'revoke-operator'> = (config, { keyId }, print) =>
  withMigrated(config, async (tools) => {
    await tools.get(RevokeApiKey).execute({ merchantId: null, keyId });
    print(`Revoked. Running services refuse the key within five seconds.`);
    return 0;
  });
