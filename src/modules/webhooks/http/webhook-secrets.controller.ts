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
import { ManageDeliveries } from '../application/manage-deliveries.js';
import { ManageEndpoints } from '../application/manage-endpoints.js';
import { TestEndpoint } from '../application/test-endpoint.js';
import { TooManyWebhookTests } from '../domain/refusals.js';
import { ANYBODY } from '../domain/webhook-endpoints.js';
import {
  endpointWithSecretView,
  testView,
  WebhookEndpointWithSecretDocument,
  WebhookRecoveryDocument,
  WebhookTestDocument,
} from './endpoint-documents.js';
import { RecoverWebhookEndpointBody, RotateWebhookSecretBody, WebhookEndpointQuery } from './endpoint-requests.js';

/** What an endpoint’s messages are signed with, whether they arrive, and what it has missed. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints/:id')
export class WebhookSecretsController {
  constructor(
    private readonly manage: ManageEndpoints,
    private readonly test: TestEndpoint,
    private readonly deliveries: ManageDeliveries,
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

  @Post('recover')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'recoverWebhookEndpoint',
    summary: 'Send again what a webhook endpoint has missed',
    description:
      'What has failed for good since then, and what has happened since then while the endpoint was inactive, or before it ' +
      'was made. What was delivered is not sent again. An ordered endpoint that is paused goes on.',
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
