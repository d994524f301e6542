import { ApiProperty, MerchantPageQuery, OneOf, ownerQuery, Uuid } from '../../../platform/http/http.public.js';
import type { DeliveryWithAttempts } from '../application/manage-deliveries.js';
import { type Delivery, DELIVERY_STATUSES, type DeliveryAttempt, type DeliveryStatus } from '../domain/delivery.js';

export class ListDeliveriesQuery extends MerchantPageQuery {
  @Uuid({ optional: true, description: 'Only deliveries to this endpoint.' }) endpoint_id?: string;
  @Uuid({ optional: true, description: 'Only deliveries of this event.' }) event_id?: string;
  @Uuid({ optional: true, description: 'Only deliveries of events about this payout, payment or refund.' })
  object_id?: string;
  @OneOf(DELIVERY_STATUSES, { optional: true }) status?: DeliveryStatus;
}

export class DeliveryQuery extends ownerQuery('webhook endpoint') {}

export class WebhookDeliveryDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid', description: 'The merchant that the event belongs to.' }) merchant_id!: string;
  @ApiProperty({ format: 'uuid' }) endpoint_id!: string;
  @ApiProperty({ format: 'uuid', description: 'Also sent as the header `webhook-id`. The same for each attempt.' })
  event_id!: string;
  @ApiProperty({ example: 'payout.completed' }) event_type!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: 117 }) sequence!: number;
  @ApiProperty({ enum: DELIVERY_STATUSES }) status!: string;
  @ApiProperty({ type: 'integer', example: 1, description: 'How many times it was sent.' }) attempts!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null: it is not sent again.' })
  next_attempt_at!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) ended_at!: string | null;
}

export class WebhookAttemptDocument {
  @ApiProperty({ type: 'integer', example: 1 }) number!: number;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
  @ApiProperty({ type: 'integer', example: 87 }) duration_ms!: number;
  @ApiProperty({ type: 'integer', nullable: true, example: 204, description: 'Null: there was no answer.' })
  status_code!: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'no answer in time', description: 'Why there was no answer.' })
  failure!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the answer’s body, at most 1 kB.' })
  answer!: string | null;
}

export class WebhookDeliveryWithAttemptsDocument extends WebhookDeliveryDocument {
  @ApiProperty({ type: [WebhookAttemptDocument], description: 'In order, the first attempt first.' })
  attempt_log!: WebhookAttemptDocument[];
}

export function deliveryView(delivery: Delivery): WebhookDeliveryDocument {
  return {
    id: delivery.id,
    merchant_id: delivery.merchantId,
    endpoint_id: delivery.endpointId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    sequence: delivery.sequence,
    status: delivery.status,
    attempts: delivery.attempts,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    created_at: delivery.createdAt.toISOString(),
    ended_at: delivery.endedAt?.toISOString() ?? null,
  };
}

export function deliveryWithAttemptsView(found: DeliveryWithAttempts): WebhookDeliveryWithAttemptsDocument {
  return { ...deliveryView(found.delivery), attempt_log: found.attempts.map(attemptView) };
}

function attemptView(attempt: DeliveryAttempt): WebhookAttemptDocument {
  const { number, startedAt, durationMs, statusCode, failure, answer } = attempt;
  return {
    number,
    started_at: startedAt.toISOString(),
    duration_ms: durationMs,
    status_code: statusCode,
    failure,
    answer,
  };
}
