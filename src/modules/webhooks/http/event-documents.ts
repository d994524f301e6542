import {
  ApiProperty,
  CreatedFrom,
  CreatedTo,
  OneOf,
  Text,
  MerchantPageQuery,
  ownerQuery,
  Uuid,
} from '../../../platform/http/http.public.js';
import { EVENT_TYPES, type EventType } from '../application/known-events.js';

export class ListEventsQuery extends MerchantPageQuery {
  @OneOf(EVENT_TYPES, { optional: true }) type?: EventType;
  @Uuid({ optional: true, description: 'The payout, payment or refund that the event is about.' }) object_id?: string;
  @CreatedFrom() created_from?: Date;
  @CreatedTo() created_to?: Date;
}

export class EventQuery extends ownerQuery('event') {}

/** The path that the ticket of a stream opens. */
export const STREAM = '/events/stream';

export class EventStreamQuery {
  @Uuid({
    optional: true,
    description: 'For operators: the merchant that the events belong to. If omitted: the events of all merchants.',
  })
  merchant_id?: string;

  @Text({
    optional: true,
    max: 256,
    description:
      'A ticket from `POST /events/stream-tickets` that replaces the API key, valid once. For the EventSource of a ' +
      'browser.',
  })
  ticket?: string;

  @Text({
    optional: true,
    max: 15,
    only: /^[0-9]+$/,
    means: 'digits',
    description:
      'The same as the header `Last-Event-ID`, for an EventSource that starts again. The header takes precedence.',
  })
  last_event_id?: string;
}

export class StreamTicketDocument {
  @ApiProperty({ description: 'Send it as `ticket` to `GET /events/stream`. It works once.' }) ticket!: string;
  @ApiProperty({ format: 'date-time', description: 'One minute after the request.' }) expires_at!: string;
}

/** This class and the next only describe, for OpenAPI, what `eventText` writes. */
class EventDataDocument {
  @ApiProperty({
    description: 'The object that the event is about, as the API showed it at that moment.',
    anyOf: ['Payout', 'Payment', 'Refund', 'WebhookEndpoint', 'BalanceLow'].map((name) => ({
      $ref: `#/components/schemas/${name}Document`,
    })),
  })
  object!: object;
}

export class EventDocument {
  @ApiProperty({ format: 'uuid', description: 'If you are shown an event twice, both have the same id.' }) id!: string;
  @ApiProperty({
    example: 'payout.completed',
    description: `What has happened. More types may be added; today’s are ${EVENT_TYPES.join(', ')}.`,
  })
  type!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    minimum: 1,
    example: 117,
    description:
      'Grows by one with each event of the merchant, of any type. A gap means that you have missed an event.',
  })
  sequence!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'pending',
    description: 'Null: the event did not change a status.',
  })
  previous_status!: string | null;
  @ApiProperty() data!: EventDataDocument;
}
