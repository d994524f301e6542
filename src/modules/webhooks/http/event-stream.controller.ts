import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  Caller,
  Health,
  OptionalMerchantId,
  type Principal,
  ProblemResponses,
  TakesTicket,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { EventStreams } from '../application/event-streams.js';
import { STREAMS_PER_KEY } from '../domain/stream-places.js';
import { EventStreamQuery, STREAM } from './event-documents.js';
import { SseReader } from './sse-reader.js';

const LAST_EVENT_ID = 'Last-Event-ID';

/** Sends events as they come. */
@ApiTags('Events')
@Controller('events/stream')
export class EventStreamController {
  private readonly open = new Set<SseReader>();

  constructor(
    private readonly streams: EventStreams,
    health: Health,
  ) {
    health.onStopping(() => {
      for (const reader of this.open) reader.close();
    });
  }

  @Get()
  @TakesTicket(() => STREAM)
  @ApiOperation({
    operationId: 'streamEvents',
    summary: 'Follow events as they happen',
    description:
      'Sends server-sent events. The `data` of each is an event as `GET /events/:id` shows it; its `id` is the ' +
      '`sequence`. If you send that id as `Last-Event-ID`, the stream continues after that event, without gaps ' +
      'or repeats and through any process. Without it, the stream begins with the next event. If events in ' +
      'between are no longer kept, or the id was never reached, a message of the type `reset` says after which ' +
      'number the stream continues. Operators who name no merchant follow the events of all merchants. The `id` ' +
      'is then a time, and the stream continues from a minute before it, so skip events whose ids you know; ' +
      '`reset` says from which time it continues. A comment is sent every 15 seconds. A key can have ' +
      `${STREAMS_PER_KEY} streams; opening one more closes the oldest. A stream ends within seconds after its ` +
      'key is revoked. A browser, which cannot send the header, uses a ticket.',
  })
  @ApiHeader({ name: LAST_EVENT_ID, required: false, schema: { type: 'string', pattern: '^[0-9]{1,15}$' } })
  @ApiOkResponse({ description: 'The event stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ProblemResponses(ValidationFailed)
  async stream(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: EventStreamQuery,
    @Caller() { kind, keyId }: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const after = lastEventIdOf(request, query);
    reply.header('content-type', 'text/event-stream; charset=utf-8');
    // Keeps proxies such as nginx from buffering the answer.
    reply.header('x-accel-buffering', 'no');
    // HEAD has this route too. Without a body, it would wait for the end of a stream that shows nothing.
    if (request.method === 'HEAD') return void reply.send();
    const start = await this.streams.begin(merchantId, keyId, after);
    const reader = new SseReader(reply, { keyId, kind });
    reader.onRoom(() => this.streams.wake(reader));
    this.open.add(reader);
    const end = this.streams.open(reader, start);
    reader.onEnd(() => {
      this.open.delete(reader);
      end();
    });
  }
}

/** @throws ValidationFailed */
function lastEventIdOf({ headers }: FastifyRequest, { last_event_id = '' }: EventStreamQuery): number | null {
  const text = headers['last-event-id'] ?? last_event_id;
  if (text === '') return null;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new ValidationFailed([
    { pointer: `#/headers/${LAST_EVENT_ID}`, detail: 'It must be the id of an event of the stream: a number.' },
  ]);
}
