import { CURRENCIES } from '../../modules/gateways/gateways.language.js';
import { ATTENTION_CODES, type NeedsPerson } from '../../shared/submissions/attention.js';
import { ApiProperty } from '../../platform/http/http.public.js';

export const ORDER_TYPES = ['payout', 'payment', 'refund'] as const;

class AttentionReasonDocument {
  @ApiProperty({
    enum: ATTENTION_CODES,
    description:
      '`outcome_unknown`: the gateway does not say how it ended. `not_as_requested`: what is stored is not what was held ' +
      'for, or nobody can tell; nothing is sent. `utr_pending`: the bank says that it has paid a payout, and does not name ' +
      'the UTR. `gateway_disagrees`: the gateway contradicts itself, or has something else ' +
      'under the reference.',
  })
  code!: string;
  @ApiProperty({ example: 'The gateway has not said how it ended.' }) detail!: string;
  @ApiProperty({ format: 'date-time' }) since!: string;
}

export class AttentionDocument {
  @ApiProperty({ enum: ORDER_TYPES }) type!: string;
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Of a refund.' })
  payment_id!: string | null;
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ example: 'processing' }) status!: string;
  @ApiProperty({ type: 'integer', format: 'int64', description: 'In minor units of the currency.' }) amount!: bigint;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, description: 'In rupees; null of a payment.' })
  amount_paise!: bigint | null;
  @ApiProperty({ type: String, nullable: true, description: 'That has it, or may have it; null of a refund.' })
  gateway!: string | null;
  @ApiProperty({ type: 'integer' }) attempts!: number;
  @ApiProperty({ type: [AttentionReasonDocument] }) reasons!: AttentionReasonDocument[];
  @ApiProperty({ format: 'date-time' }) since!: string;
  @ApiProperty({ type: 'integer', description: 'So long it has needed attention.' }) age_seconds!: number;
  @ApiProperty({ type: 'integer', minimum: 0 }) revision!: number;
  @ApiProperty({ type: [String], description: 'What your kind of key may move it to.' })
  allowed_statuses!: readonly string[];
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
}

export class SubmissionsStoppedDocument {
  @ApiProperty({ enum: ['database_failover'], description: 'As orders have it that wait because of it.' })
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
