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
import { ANYBODY } from '../domain/webhook-endpoints.js';
import { endpointWithSecretView, WebhookEndpointWithSecretDocument } from './endpoint-documents.js';
import { RotateWebhookSecretBody, WebhookEndpointQuery } from './endpoint-requests.js';

/** Replaces the secrets that sign an endpoint’s messages. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints/:id')
export class WebhookSecretsController {
  constructor(private readonly manage: ManageEndpoints) {}

  @Post('rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Replace the secret of a webhook endpoint',
    description:
      'The new secret is shown only in this answer. As long as the old secret signs too, each message carries ' +
      'two signatures. If you rotate again during that time, only the new secret is replaced, because the answer ' +
      'with it may have been lost.',
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
}
