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
  @Uuid({ optional: true, description: 'What they happened to: a payout, a payment or a refund.' }) object_id?: string;
  @CreatedFrom() created_from?: Date;
  @CreatedTo() created_to?: Date;
}

export class EventQuery extends ownerQuery('event') {}

/** The path that the ticket of a stream opens. */
export const STREAM = '/events/stream';

export class EventStreamQuery {
  @Uuid({ optional: true, description: 'Operators: the merchant whose events these are. Left out: everybody’s.' })
  merchant_id?: string;

  @Text({
    ...{ optional: true, max: 256 },
    description: 'In the place of a key, once: of `POST /events/stream-tickets`, for a browser’s EventSource.',
  })
  ticket?: string;

  @Text({
    ...{ optional: true, max: 15, only: /^[0-9]+$/, means: 'digits' },
    description:
      'The same as the header `Last-Event-ID`, for an EventSource that begins anew. The header goes before it.',
  })
  last_event_id?: string;
}

export class StreamTicketDocument {
  @ApiProperty({ description: 'Send it as `ticket` to `GET /events/stream`. It works once.' }) ticket!: string;
  @ApiProperty({ format: 'date-time', description: 'A minute later.' }) expires_at!: string;
}

/** This class and the next only describe, for OpenAPI, what `eventText` writes. */
class EventDataDocument {
  @ApiProperty({
    description: 'What it happened to, as the API showed it at that moment.',
    anyOf: ['Payout', 'Payment', 'Refund', 'WebhookEndpoint', 'BalanceLow'].map((name) => ({
      $ref: `#/components/schemas/${name}Document`,
    })),
  })
  object!: object;
}

export class EventDocument {
  @ApiProperty({ format: 'uuid', description: 'An event that you are shown twice has the same one.' }) id!: string;
  @ApiProperty({
    example: 'payout.completed',
    description: `What has happened. Further types may come; those of today: ${EVENT_TYPES.join(', ')}.`,
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
      'Grows by one with each event of the merchant, whatever its type: a gap is an event that you have missed.',
  })
  sequence!: number;
  @ApiProperty({ type: String, nullable: true, example: 'pending', description: 'Null: the event changed no status.' })
  previous_status!: string | null;
  @ApiProperty() data!: EventDataDocument;
}
