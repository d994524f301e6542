import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  Forbidden,
  NotFound,
  ProblemResponses,
  Resource,
  type ResourceRequest,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { ManageDeliveries } from '../application/manage-deliveries.js';
import { ANYBODY } from '../domain/webhook-endpoints.js';
import { WebhookEndpointQuery } from './endpoint-requests.js';
import { RecoverWebhookEndpointBody, WebhookRecoveryDocument } from './recovery-document.js';

/** Sends again what an endpoint has missed. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints/:id')
export class WebhookRecoveryController {
  constructor(private readonly deliveries: ManageDeliveries) {}

  @Post('recover')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'recoverWebhookEndpoint',
    summary: 'Send again what a webhook endpoint has missed',
    description:
      'Sends the deliveries that have failed for good since that time, and the events that happened since then ' +
      'while the endpoint was inactive or did not exist yet. What was delivered is not sent again. An ordered ' +
      'endpoint that is paused continues. Switch an inactive endpoint on first: switching it on skips what has ' +
      'happened before.',
  })
  @ApiOkResponse({ type: WebhookRecoveryDocument })
  @ProblemResponses(ValidationFailed, NotFound, Forbidden)
  async recover(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: WebhookEndpointQuery,
    @Body() { since }: RecoverWebhookEndpointBody,
  ): Promise<WebhookRecoveryDocument> {
    return { recovered: await this.deliveries.recover(merchantId ?? ANYBODY, id, since) };
  }
}
