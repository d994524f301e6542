import { Body, Controller, Delete, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  API_PREFIX,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOperation,
  ApiPage,
  ApiTags,
  Forbidden,
  IdParam,
  LIST_REFUSALS,
  NotFound,
  OperatorOnly,
  type Page,
  PageQuery,
  PageRequest,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { IssueApiKey } from '../application/issue-api-key.js';
import { RevokeApiKey } from '../application/revoke-api-key.js';
import { ApiKeys } from '../domain/api-keys.js';
import { Merchants } from '../domain/merchants.js';
import { MerchantNotFound, TooManyApiKeys } from '../domain/refusals.js';
import { ApiKeyDocument, apiKeyView, IssuedApiKeyDocument, issuedApiKeyView } from './merchant-documents.js';
import { CreateApiKeyBody } from './merchant-requests.js';

/** The keys of one merchant. It may have several, so that one can be replaced while the other is still in use. */
@ApiTags('Merchants')
@OperatorOnly()
@Controller('merchants/:id/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly merchants: Merchants,
    private readonly issue: IssueApiKey,
    private readonly revoke: RevokeApiKey,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'List a merchant’s API keys, including revoked ones',
    description: 'The key itself is shown only once, when it is issued.',
  })
  @ApiPage(ApiKeyDocument)
  @ProblemResponses(...LIST_REFUSALS, NotFound, Forbidden)
  async listApiKeys(
    @IdParam('id') merchantId: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<ApiKeyDocument>> {
    const page = PageRequest.of(query, request);
    if ((await this.merchants.find(merchantId)) === null) throw new MerchantNotFound();
    return page.page(await this.keys.list(merchantId, page), ({ id }) => id, apiKeyView);
  }

  @Post()
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Issue an API key',
    description: 'The key is shown only in this answer.',
  })
  @ApiCreatedResponse({ type: IssuedApiKeyDocument })
  @ProblemResponses(ValidationFailed, NotFound, Forbidden, TooManyApiKeys)
  async createApiKey(
    @IdParam('id') merchantId: string,
    @Body() { name }: CreateApiKeyBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedApiKeyDocument> {
    const issued = await this.issue.execute({ merchantId, name });
    reply.header('location', `/${API_PREFIX}/merchants/${merchantId}/api-keys/${issued.apiKey.id}`);
    return issuedApiKeyView(issued);
  }

  @Delete(':key_id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description:
      'A revoked key stays revoked. Every process refuses it within five seconds. Revoking it again changes ' +
      'nothing.',
  })
  @ApiNoContentResponse()
  @ProblemResponses(NotFound, Forbidden)
  async revokeApiKey(@IdParam('id') merchantId: string, @IdParam('key_id') keyId: string): Promise<void> {
    await this.revoke.execute({ merchantId, keyId });
  }
}
