import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  Forbidden,
  GetOne,
  GetPage,
  LIST_REFUSALS,
  NotFound,
  OptionalMerchantId,
  type Page,
  PageRequest,
  ProblemResponses,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { ManageDeliveries } from '../application/manage-deliveries.js';
import { Deliveries } from '../domain/deliveries.js';
import {
  DeliveryQuery,
  deliveryView,
  deliveryWithAttemptsView,
  ListDeliveriesQuery,
  WebhookDeliveryDocument,
  WebhookDeliveryWithAttemptsDocument,
} from './delivery-documents.js';

/** Shows how the delivery of each event to each endpoint went, and sends it again. */
@ApiTags('Webhooks')
@Controller('webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly manage: ManageDeliveries,
  ) {}

  @GetPage('', WebhookDeliveryDocument, {
    operationId: 'listWebhookDeliveries',
    summary: 'List webhook deliveries, newest first',
    description:
      'With a merchant key, the deliveries to its own endpoints; with an operator key, those to all endpoints. ' +
      'They are kept as long as events, and at least until the last attempt.',
    refusals: [...LIST_REFUSALS, Forbidden],
  })
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListDeliveriesQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<WebhookDeliveryDocument>> {
    const page = PageRequest.of(query, request);
    const filter = {
      ownerId: merchantId,
      endpointId: query.endpoint_id ?? null,
      eventId: query.event_id ?? null,
      objectId: query.object_id ?? null,
      status: query.status ?? null,
    };
    const found = await this.deliveries.list(filter, page);
    return page.page(found, ({ id }) => id, deliveryView);
  }

  @GetOne(':id', WebhookDeliveryWithAttemptsDocument, {
    operationId: 'getWebhookDelivery',
    summary: 'Read one webhook delivery, with its attempts',
    description: 'Each attempt has the beginning of the answer, or the reason why there was none.',
  })
  async get(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: DeliveryQuery,
  ): Promise<WebhookDeliveryWithAttemptsDocument> {
    return deliveryWithAttemptsView(await this.manage.get(merchantId, id));
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'retryWebhookDelivery',
    summary: 'Send a webhook delivery again',
    description:
      'Sends it now, whatever happened to it before, with the same bytes and the same `webhook-id`. If it fails, ' +
      'the schedule of retries starts again. While the endpoint is inactive, the delivery waits. An ordered endpoint ' +
      'that this delivery has paused continues with it; if another one has paused it, the delivery waits.',
  })
  @ApiOkResponse({ type: WebhookDeliveryWithAttemptsDocument })
  @ProblemResponses(NotFound, Forbidden)
  async retry(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: DeliveryQuery,
  ): Promise<WebhookDeliveryWithAttemptsDocument> {
    return deliveryWithAttemptsView(await this.manage.retry(merchantId, id));
  }
}
