import { integer, settings } from '../../platform/config/config.public.js';

export class MerchantSettings extends settings('Merchants', {
  bankAccounts: integer({
    name: 'BANK_ACCOUNTS_PER_MERCHANT',
    default: 100_000,
    min: 1,
    max: 10_000_000,
    help: 'How many bank accounts a merchant may have, closed ones too; one more is refused.',
  }),
  apiKeys: integer({
    name: 'API_KEYS_PER_MERCHANT',
    default: 100,
    min: 1,
    max: 100_000,
    help: 'How many API keys of a merchant may be valid; one more is refused.',
  }),
}) {}
