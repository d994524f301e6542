import { Controller, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ApiTags,
  GetOne,
  GetPage,
  LIST_REFUSALS,
  Caller,
  NotFound,
  OptionalMerchantId,
  PageRequest,
  type Principal,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { StoredEvents } from '../../../platform/outbox/outbox.public.js';
import { eventText } from '../application/event-text.js';
import { EventDocument, EventQuery, ListEventsQuery } from './event-documents.js';

/** Shows events to merchants. Only reads them: an event is written in the same commit as its cause. */
@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: StoredEvents) {}

  @GetPage('', EventDocument, {
    operationId: 'listEvents',
    summary: 'List events, newest first',
    description:
      'Events are kept for `EVENT_RETENTION_DAYS` (30). The events of one merchant are listed in the order in ' +
      'which they were committed. In an operator’s list, across merchants, an event may appear before older ' +
      'ones, and may be dated ahead after a clock was wrong. To read what is new, do not start from the newest ' +
      'event that you have: set `created_from` to one minute before the `Date` header of the last answer, and ' +
      'skip events whose ids you know.',
    refusals: LIST_REFUSALS,
  })
  async list(
    @Caller() { kind }: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListEventsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = PageRequest.of(query, reply.request);
    const filter = {
      merchantId,
      type: query.type ?? null,
      objectId: query.object_id ?? null,
      createdFrom: query.created_from ?? null,
      createdTo: query.created_to ?? null,
    };
    const { results, ...links } = page.page(
      await this.events.list(filter, page),
      ({ id }) => id,
      (event) => eventText(event, kind),
    );
    await sendText(reply, `{"results":[${results.join(',')}],${JSON.stringify(links).slice(1)}`);
  }

  @GetOne(':id', EventDocument, {
    operationId: 'getEvent',
    summary: 'Read one event',
    description: 'With an operator key, finds the events of all merchants.',
  })
  async get(
    @Resource() { merchantId, id, caller }: ResourceRequest,
    @Query() _query: EventQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const event = await this.events.find(merchantId, id);
    if (event === null) throw new NotFound('There is no such event.');
    await sendText(reply, eventText(event, caller.kind));
  }
}

async function sendText(reply: FastifyReply, json: string): Promise<void> {
  await reply.header('content-type', 'application/json; charset=utf-8').send(json);
}
