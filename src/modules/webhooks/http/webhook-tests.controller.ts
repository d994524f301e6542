import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  Forbidden,
  Health,
  NotFound,
  ProblemResponses,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { DataKeyUnknown } from '../../../platform/sealing/sealing.public.js';
import { TestEndpoint } from '../application/test-endpoint.js';
import { TooManyWebhookRequests } from '../domain/refusals.js';
import { ANYBODY } from '../domain/webhook-endpoints.js';
import { WebhookEndpointQuery } from './endpoint-requests.js';
import { testView, WebhookTestDocument } from './test-document.js';

/** Tests whether an endpoint accepts what is sent to it. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints/:id')
export class WebhookTestsController {
  constructor(
    private readonly test: TestEndpoint,
    health: Health,
  ) {
    health.onStopping(() => test.stop());
  }

  @Post('test')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'testWebhookEndpoint',
    summary: 'Send a test message to a webhook endpoint',
    description:
      'Sends one signed message of the type `webhook.test` at once, even if the endpoint is inactive. The answer ' +
      'says how the receiver answered. The message is not an event and appears in no list.',
  })
  @ApiOkResponse({ type: WebhookTestDocument })
  @ProblemResponses(NotFound, Forbidden, TooManyWebhookRequests, DataKeyUnknown)
  async sendTest(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: WebhookEndpointQuery,
  ): Promise<WebhookTestDocument> {
    return testView(await this.test.execute(merchantId ?? ANYBODY, id));
  }
}
