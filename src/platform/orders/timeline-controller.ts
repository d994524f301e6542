import { type Abstract, Inject, Query, Req, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Slice } from '../../shared/slice.js';
import type { TimelineRow } from '../../shared/submissions/timeline.js';
import { GetAttempts, GetTimeline } from '../http/endpoints/endpoints.js';
import { Resource, type ResourceRequest } from '../http/endpoints/request-params.js';
import { MerchantPageQuery, type Page } from '../http/lists/pages.js';
import { type AttemptedOrder, attemptsPage, type AttemptView, type ShownBesides } from './attempts.js';
import { type TimelineEntryView, timelinePage } from './timeline-page.js';

/** An order, and how its timeline is read. */
export interface OrderWithTimeline extends AttemptedOrder {
  timeline(slice: Slice): Promise<TimelineRow<string>[]>;
}

interface Pages<Document> {
  readonly operationId: string;
  readonly document: Type<Document>;
  /** "a payout" */
  readonly of: string;
}

interface Timelines<Reader, Attempt extends AttemptView> {
  readonly events: Pages<TimelineEntryView>;
  readonly attempts: Pages<Attempt>;
  /** Left out: attempts show only what all attempts show. */
  readonly besides?: ShownBesides<Attempt>;
  /** @throws NotFound */
  readonly find: (reader: Reader, merchantId: string | null, id: string) => Promise<OrderWithTimeline>;
}

/**
 * The two endpoints for what has happened to an order: its timeline, and its attempts at the gateway. A controller
 * extends this class and sets its path.
 * @param reader the port that finds the order
 */
export function timelineController<Reader, Attempt extends AttemptView>(
  reader: Abstract<Reader>,
  { events, attempts, besides, find }: Timelines<Reader, Attempt>,
): Type<object> {
  class TimelineController {
    constructor(@Inject(reader) private readonly reader: Reader) {}

    @GetTimeline(':id', events.document, events)
    events(
      @Resource() resource: ResourceRequest,
      @Query() query: MerchantPageQuery,
      @Req() request: FastifyRequest,
    ): Promise<Page<TimelineEntryView>> {
      return timelinePage(resource, query, request, async () => {
        const order = await find(this.reader, resource.merchantId, resource.id);
        return (slice) => order.timeline(slice);
      });
    }

    @GetAttempts(':id', attempts.document, attempts)
    attempts(
      @Resource() resource: ResourceRequest,
      @Query() query: MerchantPageQuery,
      @Req() request: FastifyRequest,
    ): Promise<Page<AttemptView>> {
      return attemptsPage(resource, query, request, () => find(this.reader, resource.merchantId, resource.id), besides);
    }
  }
  return TimelineController;
}
