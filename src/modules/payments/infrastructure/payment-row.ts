import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Credit } from '../domain/credit.js';
import type { Customer, PaymentState } from '../domain/payment-state.js';
import type { ProviderState } from '../domain/provider-state.js';
import type { PaymentStatus } from '../domain/payment-status.js';
import type { Currency, PaymentFailure } from '../../gateways/gateways.language.js';

/** What rows of payments and of refunds have in common. Properties are called as the columns. */
export abstract class ProgressRow {
  @Column('text', { nullable: true }) provider_id!: string | null;
  @Column('integer') attempts!: number;
  @Column('jsonb', { nullable: true }) failure!: PaymentFailure | null;
  @Column('text', { nullable: true }) next_step!: 'submit' | 'inquire' | null;
  @Column('timestamptz', { nullable: true }) next_attempt_at!: Date | null;
  @Column('timestamptz', { nullable: true }) submission_ends_at!: Date | null;
  @Column('timestamptz', { nullable: true }) not_found_at!: Date | null;
  @Column('integer') inquiries!: number;
  @Column('boolean') needs_attention!: boolean;
  @Column('boolean') gateway_disagrees!: boolean;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
}

/** A row of `payments`. PostgreSQL's bigint comes as a decimal text. */
@Entity('payments')
export class PaymentRow extends ProgressRow {
  @PrimaryColumn('uuid') merchant_id!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('bigint') amount_minor!: string;
  @Column('text') currency!: Currency;
  @Column('text', { nullable: true }) description!: string | null;
  @Column('jsonb', { nullable: true }) customer!: Customer | null;
  @Column('text', { nullable: true }) purpose_code!: string | null;
  @Column('text', { nullable: true }) reference_id!: string | null;
  @Column('text') status!: PaymentStatus;
  @Column('text', { nullable: true }) gateway!: string | null;
  /** With the amounts below it, the credit: all of them are there, or none. */
  @Column('text', { nullable: true }) rate!: string | null;
  @Column('text', { nullable: true }) quote_id!: string | null;
  @Column('bigint', { nullable: true }) gross_paise!: string | null;
  @Column('bigint', { nullable: true }) fee_paise!: string | null;
  @Column('bigint', { nullable: true }) tax_paise!: string | null;
  @Column('bigint', { nullable: true }) net_paise!: string | null;
  @Column('bigint') claimed_minor!: string;
  @Column('bigint') claimed_paise!: string;
  @Column('bigint') claimed_fee_paise!: string;
  @Column('bigint') claimed_tax_paise!: string;
  @Column('bigint') refunded_minor!: string;
  @Column('bigint') refunded_paise!: string;
  @Column('integer') events!: number;
}

export function progressFrom(row: ProgressRow): ProviderState {
  return {
    providerId: row.provider_id,
    attempts: row.attempts,
    failure: row.failure,
    nextStep: row.next_step,
    nextAttemptAt: row.next_attempt_at,
    submissionEndsAt: row.submission_ends_at,
    notFoundAt: row.not_found_at,
    inquiries: row.inquiries,
    needsAttention: row.needs_attention,
    gatewayDisagrees: row.gateway_disagrees,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function paymentFrom(row: PaymentRow): PaymentState {
  return {
    ...progressFrom(row),
    id: row.id,
    merchantId: row.merchant_id,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    description: row.description,
    customer: row.customer,
    purposeCode: row.purpose_code,
    referenceId: row.reference_id,
    status: row.status,
    gateway: row.gateway,
    credit: creditFrom(row),
    quoteId: row.quote_id,
    claimed: {
      minor: BigInt(row.claimed_minor),
      paise: BigInt(row.claimed_paise),
      feePaise: BigInt(row.claimed_fee_paise),
      taxPaise: BigInt(row.claimed_tax_paise),
    },
    refunded: { minor: BigInt(row.refunded_minor), paise: BigInt(row.refunded_paise) },
    events: row.events,
  };
}

function creditFrom({ rate, gross_paise, fee_paise, tax_paise, net_paise }: PaymentRow): Credit | null {
  if (rate === null) return null;
  return {
    rate,
    grossPaise: BigInt(gross_paise!),
    feePaise: BigInt(fee_paise!),
    taxPaise: BigInt(tax_paise!),
    netPaise: BigInt(net_paise!),
  };
}
