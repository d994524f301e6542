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
import { DataKeyUnknown } from '../../../platform/sealing/sealing.public.js';
import { ManageEndpoints } from '../application/manage-endpoints.js';
import { TestEndpoint } from '../application/test-endpoint.js';
import { TooManyWebhookTests } from '../domain/refusals.js';
import { ANYBODY } from '../domain/webhook-endpoints.js';
import {
  endpointWithSecretView,
  testView,
  WebhookEndpointWithSecretDocument,
  WebhookTestDocument,
} from './endpoint-documents.js';
import { RotateWebhookSecretBody, WebhookEndpointQuery } from './endpoint-requests.js';

/** What an endpoint's messages are signed with, and whether they arrive. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints/:id')
export class WebhookSecretsController {
  constructor(
    private readonly manage: ManageEndpoints,
    private readonly test: TestEndpoint,
  ) {}

  @Post('rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Replace the secret of a webhook endpoint',
    description:
      'The answer shows the new one, this once. While both sign, each message carries two signatures; of a third, older ' +
      'one nothing is left.',
  })
  @ApiOkResponse({ type: WebhookEndpointWithSecretDocument })
  @ProblemResponses(ValidationFailed, NotFound, Forbidden, DataKeyUnknown)
  async rotateSecret(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: WebhookEndpointQuery,
    @Body() { keep_old_seconds }: RotateWebhookSecretBody,
  ): Promise<WebhookEndpointWithSecretDocument> {
    return endpointWithSecretView(await this.manage.rotateSecret(merchantId ?? ANYBODY, id, keep_old_seconds));
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
  @ProblemResponses(NotFound, Forbidden, TooManyWebhookTests, DataKeyUnknown)
  async sendTest(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: WebhookEndpointQuery,
  ): Promise<WebhookTestDocument> {
    return testView(await this.test.execute(merchantId ?? ANYBODY, id));
  }
}
