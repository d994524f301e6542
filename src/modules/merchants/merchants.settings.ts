import { integer, settings } from '../../platform/config/config.public.js';

export class MerchantSettings extends settings('Merchants', {
  bankAccounts: integer({
    name: 'BANK_ACCOUNTS_PER_MERCHANT',
    default: 100_000,
    min: 1,
    max: 10_000_000,
    help: 'How many bank accounts a merchant may have, including inactive ones. More are refused.',
  }),
  apiKeys: integer({
    name: 'API_KEYS_PER_MERCHANT',
    default: 100,
    min: 1,
    max: 100_000,
    help: 'How many valid API keys a merchant may have. More are refused.',
  }),
}) {}
