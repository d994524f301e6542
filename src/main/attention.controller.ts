import { Controller, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ATTENTION_CODES, type NeedsPerson } from '../shared/attention.js';
import type { Slice } from '../shared/slice.js';
import { PaymentsNeedingAttention } from '../modules/payments/payments.public.js';
import { PayoutsNeedingAttention } from '../modules/payouts/payouts.public.js';
import { CURRENCIES } from '../modules/gateways/gateways.language.js';
import {
  ApiProperty,
  ApiTags,
  Caller,
  GetPage,
  LIST_REFUSALS,
  OneOf,
  OptionalMerchantId,
  type Page,
  PageRequest,
  type Principal,
  QueryInteger,
  Text,
  Uuid,
} from '../platform/http/http.public.js';

const TYPES = ['payout', 'payment', 'refund'] as const;

class AttentionQuery {
  @QueryInteger({ min: 1, max: 100, description: 'How many results a page has.', example: 20 }) limit?: number;
  @Text({ max: 200, optional: true, description: 'From `next_cursor` or `previous_cursor`. Opaque.' }) cursor?: string;
  @OneOf(TYPES, { optional: true }) type?: (typeof TYPES)[number];
  @Uuid({ optional: true, description: 'Operators: only what belongs to this merchant.' }) merchant_id?: string;
}

class AttentionReasonDocument {
  @ApiProperty({
    enum: ATTENTION_CODES,
    description:
      '`outcome_unknown`: the gateway does not say how it ended. `not_as_requested`: what is stored is not what was held ' +
      'for, or nobody can tell; nothing is sent. `gateway_disagrees`: the gateway contradicts itself, or has something else ' +
      'under the reference.',
  })
  code!: string;
  @ApiProperty({ example: 'The gateway has not said how it ended.' }) detail!: string;
  @ApiProperty({ format: 'date-time' }) since!: string;
}

class AttentionDocument {
  @ApiProperty({ enum: TYPES }) type!: string;
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

/** All that waits for a person, in one list. Here, because money in and money out do not know each other. */
@ApiTags('Operations')
@Controller('attention')
export class AttentionController {
  constructor(
    private readonly payouts: PayoutsNeedingAttention,
    private readonly payments: PaymentsNeedingAttention,
  ) {}

  @GetPage('', AttentionDocument, {
    operationId: 'listAttention',
    summary: 'List payouts, payments and refunds that need attention, the oldest first',
    description: 'A merchant’s own; operators see those of all merchants, or of one.',
    refusals: LIST_REFUSALS,
  })
  async listAttention(
    @Caller() { kind }: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: AttentionQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<AttentionDocument>> {
    const page = PageRequest.oldestFirstById(query, request);
    const { take, order, askedBy } = page;
    // As the lists read, which know it the other way round.
    const slice: Slice = { take, order, offset: 0, askedBy, after: page.before, before: page.after };
    const found: NeedsPerson[] = [];
    // One after the other: a caller has two lists at a time.
    if (wants(query, 'payout')) found.push(...(await this.payouts.read(merchantId, slice, kind)));
    if (wants(query, 'payment')) found.push(...(await this.payments.read(merchantId, slice, kind)));
    if (wants(query, 'refund')) found.push(...(await this.payments.readRefunds(merchantId, slice, kind)));
    found.sort((a, b) => (a.id < b.id ? -1 : 1));
    if (order === 'DESC') found.reverse();
    const now = Date.now();
    return page.page(
      found.slice(0, take),
      ({ id }) => id,
      (item) => attentionView(item, now),
    );
  }
}

const wants = ({ type }: AttentionQuery, one: (typeof TYPES)[number]): boolean => type === undefined || type === one;

function attentionView(item: NeedsPerson, now: number): AttentionDocument {
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
