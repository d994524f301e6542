import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  API_PREFIX,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiTags,
  Caller,
  Forbidden,
  GetOne,
  LIST_REFUSALS,
  NotFound,
  OptionalMerchantId,
  type Page,
  PageRequest,
  type Principal,
  ProblemResponses,
  Resource,
  type ResourceRequest,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { DataKeyUnknown } from '../../../platform/sealing/sealing.public.js';
import { endpointView } from '../application/endpoint-view.js';
import { ManageEndpoints } from '../application/manage-endpoints.js';
import { TooManyWebhookEndpoints, TooManyWebhookRequests, WebhookUrlRefused } from '../domain/refusals.js';
import { ANYBODY, WebhookEndpoints } from '../domain/webhook-endpoints.js';
import {
  endpointWithSecretView,
  WebhookEndpointDocument,
  WebhookEndpointWithSecretDocument,
} from './endpoint-documents.js';
import {
  changedFields,
  CreateWebhookEndpointBody,
  ListWebhookEndpointsQuery,
  newFields,
  UpdateWebhookEndpointBody,
  WebhookEndpointQuery,
} from './endpoint-requests.js';
import { listedOwner, newOwner } from './endpoint-scope.js';

/** The refusals of every request that gives an address. */
const URL_REFUSALS = [ValidationFailed, NotFound, Forbidden, WebhookUrlRefused, TooManyWebhookRequests];

/** Manages endpoints. Operators have endpoints of their own, for all merchants, and see those of all merchants. */
@ApiTags('Webhooks')
@Controller('webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly manage: ManageEndpoints,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listWebhookEndpoints',
    summary: 'List webhook endpoints, newest first',
    description:
      'Includes inactive ones. Operators see those of all merchants and their own; `scope=all_merchants` shows ' +
      'only their own.',
  })
  @ApiPage(WebhookEndpointDocument)
  @ProblemResponses(...LIST_REFUSALS, Forbidden)
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListWebhookEndpointsQuery,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<Page<WebhookEndpointDocument>> {
    const page = PageRequest.of(query, request);
    const owner = listedOwner(caller, merchantId, query.scope);
    return page.page(await this.endpoints.list(owner, page), ({ id }) => id, endpointView);
  }

  @Post()
  @ApiOperation({
    operationId: 'createWebhookEndpoint',
    summary: 'Add a webhook endpoint',
    description:
      'The secret that signs the messages is shown only in this answer. An operator either names the merchant or ' +
      'sends `"scope": "all_merchants"`: the endpoint then belongs to the operators and receives the events of ' +
      'all merchants.',
  })
  @ApiCreatedResponse({ type: WebhookEndpointWithSecretDocument })
  @ProblemResponses(...URL_REFUSALS, TooManyWebhookEndpoints, DataKeyUnknown)
  async create(
    @OptionalMerchantId() merchantId: string | null,
    @Query() _query: WebhookEndpointQuery,
    @Caller() caller: Principal,
    @Body() body: CreateWebhookEndpointBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookEndpointWithSecretDocument> {
    const made = await this.manage.add(newOwner(caller, merchantId, body.scope), newFields(body));
    reply.header('location', `/${API_PREFIX}/webhook-endpoints/${made.endpoint.id}`);
    return endpointWithSecretView(made);
  }

  @GetOne(':id', WebhookEndpointDocument, {
    operationId: 'getWebhookEndpoint',
    summary: 'Read one webhook endpoint',
    description: 'The secret is not shown.',
  })
  async get(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: WebhookEndpointQuery,
  ): Promise<WebhookEndpointDocument> {
    return endpointView(await this.manage.get(merchantId ?? ANYBODY, id));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateWebhookEndpoint',
    summary: 'Change a webhook endpoint, or activate or deactivate it',
    description: 'Fields that are omitted do not change.',
  })
  @ApiOkResponse({ type: WebhookEndpointDocument })
  @ProblemResponses(...URL_REFUSALS)
  async update(
    @Resource() { merchantId, id }: ResourceRequest,
    @Query() _query: WebhookEndpointQuery,
    @Body() body: UpdateWebhookEndpointBody,
  ): Promise<WebhookEndpointDocument> {
    return endpointView(await this.manage.change(merchantId ?? ANYBODY, id, changedFields(body)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Delete a webhook endpoint',
    description:
      'Its secret is deleted too, and deliveries that are still on their way to it are cancelled. 404 if there is ' +
      'no endpoint with this id, or it was deleted before.',
  })
  @ApiNoContentResponse()
  @ProblemResponses(NotFound, Forbidden)
  async remove(@Resource() { merchantId, id }: ResourceRequest, @Query() _query: WebhookEndpointQuery): Promise<void> {
    await this.manage.remove(merchantId ?? ANYBODY, id);
  }
}
