import { CURRENCIES } from '../../modules/gateways/gateways.language.js';
import { ATTENTION_CODES, type NeedsPerson } from '../../shared/submissions/attention.js';
import { ApiProperty } from '../../platform/http/http.public.js';

export const ORDER_TYPES = ['payout', 'payment', 'refund'] as const;

class AttentionReasonDocument {
  @ApiProperty({
    enum: ATTENTION_CODES,
    description:
      '`outcome_unknown`: the gateway has not said how it ended. `not_as_requested`: the stored order differs ' +
      'from what was requested and held for, or it is impossible to tell; nothing is sent. `utr_pending`: the ' +
      'bank reports a payout as paid without giving its UTR. `gateway_disagrees`: the gateway has contradicted ' +
      'itself, or has a different order under the reference.',
  })
  code!: string;
  @ApiProperty({ example: 'The gateway has not said how it ended.' }) detail!: string;
  @ApiProperty({ format: 'date-time' }) since!: string;
}

export class AttentionDocument {
  @ApiProperty({ enum: ORDER_TYPES }) type!: string;
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Only for a refund: the payment that it belongs to.',
  })
  payment_id!: string | null;
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ example: 'processing' }) status!: string;
  @ApiProperty({ type: 'integer', format: 'int64', description: 'In minor units of the currency.' }) amount!: bigint;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'In rupees. Null for a payment.' })
  amount_paise!: bigint | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The gateway that has it, or may have it. Null for a refund.',
  })
  gateway!: string | null;
  @ApiProperty({ type: 'integer' }) attempts!: number;
  @ApiProperty({ type: [AttentionReasonDocument] }) reasons!: AttentionReasonDocument[];
  @ApiProperty({ format: 'date-time' }) since!: string;
  @ApiProperty({ type: 'integer', description: 'For how many seconds it has needed attention.' }) age_seconds!: number;
  @ApiProperty({ type: 'integer', minimum: 0 }) revision!: number;
  @ApiProperty({ type: [String], description: 'The statuses to which your kind of key may move it.' })
  allowed_statuses!: readonly string[];
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
}

export class SubmissionsStoppedDocument {
  @ApiProperty({
    enum: ['database_failover'],
    description: 'The value of `waiting_for` in orders that wait for this reason.',
  })
  waiting_for!: 'database_failover';
  @ApiProperty({ format: 'date-time' }) since!: string;
}

export function attentionView(item: NeedsPerson, now: number): AttentionDocument {
  const since = item.since.toISOString();
  return {
    type: item.type,
    id: item.id,
    payment_id: item.paymentId,
    merchant_id: item.merchantId,
    status: item.status,
    amount: item.amount,
    currency: item.currency,
    amount_paise: item.amountPaise,
    gateway: item.gateway,
    attempts: item.attempts,
    reasons: [{ ...item.reason, since }],
    since,
    age_seconds: Math.max(0, Math.floor((now - item.since.getTime()) / 1_000)),
    revision: item.revision,
    allowed_statuses: item.allowed,
    created_at: item.createdAt.toISOString(),
    updated_at: item.updatedAt.toISOString(),
  };
}
