import { ApiProperty } from '../../../platform/http/http.public.js';
import type { IssuedApiKey } from '../application/issue-api-key.js';
import type { MerchantView } from '../application/merchant-view.js';
import type { ApiKey } from '../domain/api-key.js';
import { type BankAccount, lastFour, maskVpa } from '../domain/bank-account.js';

export class MerchantDocument implements MerchantView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Acme Agency' }) name!: string;
  @ApiProperty({ example: 'ops@acme.example' }) email!: string;
  @ApiProperty({
    description: 'An inactive merchant can read, but cannot move money; what was requested before waits.',
  })
  is_active!: boolean;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'How many reads this merchant, and each of its keys, may send per second. Null: the service’s settings apply.',
  })
  reads_per_second!: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'The same for writes, which are all other requests.' })
  writes_per_second!: number | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
}

export class ApiKeyDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Billing server' }) name!: string;
  @ApiProperty({ example: 'bahi_merchant_', description: 'The first characters of the key.' }) prefix!: string;
  @ApiProperty({ example: 'q7Zd', description: 'The last four characters of the key.' }) last4!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Updated with a delay of up to a minute.',
  })
  last_used_at!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when the key is refused.' })
  revoked_at!: string | null;
}

export class IssuedApiKeyDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Billing server' }) name!: string;
  @ApiProperty({
    example: 'bahi_merchant_4fPq0vT8cXw2LrNb6sJyK1mZe9UaGdHi3oCkVtQ7Zd',
    description: 'The key itself, shown only this once. The service stores only its SHA-256.',
  })
  key!: string;
  @ApiProperty({ example: 'bahi_merchant_' }) prefix!: string;
  @ApiProperty({ example: 'Q7Zd' }) last4!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
}

export class BankAccountDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Asha Rao' }) account_holder_name!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '0001',
    description: 'The last four characters. The full number is never shown.',
  })
  account_number_last4!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'HDFC0000001' }) ifsc!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'For UPI. Never shown in full: `as…@okaxis`.' })
  vpa!: string | null;
  @ApiProperty({ description: 'An inactive account refuses new payouts. Payouts that no bank has yet wait.' })
  is_active!: boolean;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
}

export function apiKeyView({ id, name, prefix, last4, createdAt, lastUsedAt, revokedAt }: ApiKey): ApiKeyDocument {
  return {
    id,
    name,
    prefix,
    last4,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
    revoked_at: revokedAt?.toISOString() ?? null,
  };
}

export function issuedApiKeyView({ apiKey, key }: IssuedApiKey): IssuedApiKeyDocument {
  const { id, name, prefix, last4, createdAt } = apiKey;
  return { id, name, key, prefix, last4, created_at: createdAt.toISOString() };
}

export function bankAccountView(account: BankAccount): BankAccountDocument {
  const { accountNumber, ifsc, vpa } = account.destination;
  return {
    id: account.id,
    account_holder_name: account.holderName,
    account_number_last4: accountNumber === undefined ? null : lastFour(accountNumber),
    ifsc: ifsc ?? null,
    vpa: vpa === undefined ? null : maskVpa(vpa),
    is_active: account.isActive,
    created_at: account.createdAt.toISOString(),
  };
}
