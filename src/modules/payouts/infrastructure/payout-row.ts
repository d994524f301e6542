import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Money } from '../../../shared/money.js';
import type { PayoutState, Recipient } from '../domain/payout-state.js';
import type { PayoutStatus } from '../domain/payout-status.js';
import type { PayoutFailure, TransferMode } from '../../gateways/gateways.language.js';

/** A row of `payouts`. Properties are called as the columns, so that it is also what plain SQL returns. */
@Entity('payouts')
export class PayoutRow {
  @PrimaryColumn('uuid') merchant_id!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') bank_account_id!: string;
  @Column('text') recipient_name!: string;
  /** With the IFSC, or the VPA; the others are null. */
  @Column('text', { nullable: true }) recipient_account_number!: string | null;
  @Column('text', { nullable: true }) recipient_ifsc!: string | null;
  @Column('text', { nullable: true }) recipient_vpa!: string | null;
  /** PostgreSQL's bigint comes as a decimal text. */
  @Column('bigint') amount_paise!: string;
  @Column('text') mode!: TransferMode;
  @Column('text', { nullable: true }) reference_id!: string | null;
  @Column('text', { nullable: true }) narration!: string | null;
  @Column('text') status!: PayoutStatus;
  @Column('text', { nullable: true }) gateway!: string | null;
  @Column('integer') attempts!: number;
  @Column('text', { nullable: true }) utr!: string | null;
  @Column('jsonb', { nullable: true }) failure!: PayoutFailure | null;
  @Column('text', { nullable: true }) next_step!: 'submit' | 'inquire' | null;
  @Column('timestamptz', { nullable: true }) next_attempt_at!: Date | null;
  @Column('timestamptz', { nullable: true }) submission_ends_at!: Date | null;
  @Column('timestamptz', { nullable: true }) not_found_at!: Date | null;
  @Column('integer') inquiries!: number;
  @Column('boolean') needs_attention!: boolean;
  @Column('boolean') bank_disagrees!: boolean;
  @Column('timestamptz', { nullable: true }) archived_at!: Date | null;
  @Column('integer') events!: number;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz') updated_at!: Date;
}

export function fromRow(row: PayoutRow): PayoutState {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    bankAccountId: row.bank_account_id,
    recipient: recipientFrom(row),
    amount: Money.ofPaise(BigInt(row.amount_paise)),
    mode: row.mode,
    referenceId: row.reference_id,
    narration: row.narration,
    status: row.status,
    gateway: row.gateway,
    attempts: row.attempts,
    utr: row.utr,
    failure: row.failure,
    nextStep: row.next_step,
    nextAttemptAt: row.next_attempt_at,
    submissionEndsAt: row.submission_ends_at,
    notFoundAt: row.not_found_at,
    inquiries: row.inquiries,
    needsAttention: row.needs_attention,
    bankDisagrees: row.bank_disagrees,
    archivedAt: row.archived_at,
    events: row.events,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function recipientFrom(row: PayoutRow): Recipient {
  const name = row.recipient_name;
  if (row.recipient_vpa !== null) return { name, vpa: row.recipient_vpa };
  return { name, accountNumber: row.recipient_account_number!, ifsc: row.recipient_ifsc! };
}
