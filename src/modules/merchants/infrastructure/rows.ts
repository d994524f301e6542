import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ApiKey, KeyKind } from '../domain/api-key.js';
import type { BankAccount, Destination } from '../domain/bank-account.js';
import type { Merchant } from '../domain/merchant.js';

/** Rows of the module's tables. Properties are called as the columns, so that they are also what plain SQL returns. */
@Entity('merchants')
export class MerchantRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') email!: string;
  @Column('boolean') is_active!: boolean;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
}

@Entity('bank_accounts')
export class BankAccountRow {
  @PrimaryColumn('uuid') merchant_id!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('text') account_holder_name!: string;
  /** With the IFSC, or the VPA; the others are null. */
  @Column('text', { nullable: true }) account_number!: string | null;
  @Column('text', { nullable: true }) ifsc!: string | null;
  @Column('text', { nullable: true }) vpa!: string | null;
  @Column('boolean') is_active!: boolean;
  @Column('timestamptz') created_at!: Date;
}

/** Without `key_hash`, which is written and searched for and never read. */
@Entity('api_keys')
export class ApiKeyRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') kind!: KeyKind;
  @Column('uuid', { nullable: true }) merchant_id!: string | null;
  @Column('text') name!: string;
  @Column('text') prefix!: string;
  @Column('text') last4!: string;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz', { nullable: true }) last_used_at!: Date | null;
  @Column('timestamptz', { nullable: true }) revoked_at!: Date | null;
}

export function merchantFrom(row: MerchantRow): Merchant {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    isActive: row.is_active,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function bankAccountFrom(row: BankAccountRow): BankAccount {
  return {
    merchantId: row.merchant_id,
    id: row.id,
    holderName: row.account_holder_name,
    destination: destinationFrom(row),
    isActive: row.is_active,
    createdAt: row.created_at,
  };
}

export function destinationFrom({
  account_number,
  ifsc,
  vpa,
}: Pick<BankAccountRow, 'account_number' | 'ifsc' | 'vpa'>): Destination {
  return vpa === null ? { accountNumber: account_number!, ifsc: ifsc! } : { vpa };
}

export function apiKeyFrom(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    kind: row.kind,
    merchantId: row.merchant_id,
    name: row.name,
    prefix: row.prefix,
    last4: row.last4,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
