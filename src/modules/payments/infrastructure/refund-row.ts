import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundState, RefundStatus } from '../domain/payment-state.js';
import { progressFrom, ProgressRow } from './payment-row.js';

/** A row of `refunds`. */
@Entity('refunds')
export class RefundRow extends ProgressRow {
  @PrimaryColumn('uuid') merchant_id!: string;
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') payment_id!: string;
  @Column('bigint') amount_minor!: string;
  @Column('bigint') amount_paise!: string;
  @Column('bigint') fee_paise!: string;
  @Column('bigint') tax_paise!: string;
  @Column('text') status!: RefundStatus;
}

export function refundFrom(row: RefundRow): RefundState {
  return {
    ...progressFrom(row),
    id: row.id,
    merchantId: row.merchant_id,
    paymentId: row.payment_id,
    amountMinor: BigInt(row.amount_minor),
    amountPaise: BigInt(row.amount_paise),
    feePaise: BigInt(row.fee_paise),
    taxPaise: BigInt(row.tax_paise),
    status: row.status,
  };
}
