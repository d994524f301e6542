import { changing, fixed, group, Rows } from '../../../platform/group-commit/group-commit.public.js';
import type { ApiKey } from '../domain/api-key.js';
import type { BankAccount, Destination } from '../domain/bank-account.js';
import type { Merchant } from '../domain/merchant.js';

export const merchants = new Rows<Merchant>('merchants', {
  key: ['id'],
  columns: {
    id: fixed('id', 'uuid'),
    name: changing('name', 'text'),
    email: changing('email', 'text'),
    isActive: changing('is_active', 'boolean'),
    readsPerSecond: changing('reads_per_second', 'integer'),
    writesPerSecond: changing('writes_per_second', 'integer'),
    createdAt: fixed('created_at', 'timestamptz'),
    updatedAt: changing('updated_at', 'timestamptz'),
  },
});

export const bankAccounts = new Rows<BankAccount>('bank_accounts', {
  key: ['merchantId', 'id'],
  columns: {
    merchantId: fixed('merchant_id', 'uuid'),
    id: fixed('id', 'uuid'),
    holderName: fixed('account_holder_name', 'text'),
    destination: group<Destination>(
      { accountNumber: fixed('account_number', 'text'), ifsc: fixed('ifsc', 'text'), vpa: fixed('vpa', 'text') },
      ({ accountNumber, ifsc, vpa }) => (vpa === null ? { accountNumber: accountNumber!, ifsc: ifsc! } : { vpa }),
    ),
    isActive: changing('is_active', 'boolean'),
    createdAt: fixed('created_at', 'timestamptz'),
  },
});

/**
 * Without `key_hash`, which is written and searched for but never read. Not part of the write path: see
 * `TypeormApiKeys`.
 */
export const apiKeys = new Rows<ApiKey>('api_keys', {
  key: ['id'],
  columns: {
    id: fixed('id', 'uuid'),
    kind: fixed('kind', 'text'),
    merchantId: fixed('merchant_id', 'uuid'),
    name: fixed('name', 'text'),
    prefix: fixed('prefix', 'text'),
    last4: fixed('last4', 'text'),
    createdAt: fixed('created_at', 'timestamptz'),
    lastUsedAt: changing('last_used_at', 'timestamptz'),
    revokedAt: changing('revoked_at', 'timestamptz'),
  },
});

/** For the object mapper's queries. */
export const merchantEntity = merchants.entity();
export const bankAccountEntity = bankAccounts.entity();
