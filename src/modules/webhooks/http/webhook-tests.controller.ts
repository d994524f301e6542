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
      'A signed message of the type `webhook.test`, at once and once, also to an inactive endpoint. The answer says what ' +
      'became of it. It is no event: no list has it.',
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
