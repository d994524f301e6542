import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ListCache, listsOf } from '../../../platform/cache/cache.public.js';
import {
  ApiPage,
  jsonOf,
  OptionalMerchantId,
  PageRequest,
  ProblemResponses,
} from '../../../platform/http/http.public.js';
import { payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PayoutDocument } from './payout-documents.js';
import { ListPayoutsQuery } from './payout-requests.js';

@ApiTags('payouts')
@Controller('payouts')
export class ListPayoutsController {
  constructor(
    private readonly payouts: PayoutReader,
    private readonly lists: ListCache,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listPayouts',
    summary: 'List payouts, the newest first',
    description:
      'The header `X-Cache` says whether the page was kept from before (`HIT`). It is never older than your own writes.',
  })
  @ApiPage(PayoutDocument)
  @ProblemResponses('validation_failed', 'cursor_invalid')
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListPayoutsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Before anything is looked up: a cursor of another list must not meet a page that was kept.
    const page = PageRequest.of(query, request);
    const { body, hit } = await this.lists.page(listsOf(merchantId), nameOf(request), async () => {
      const rows = await this.payouts.list(filterOf(merchantId, query), page);
      return jsonOf(page.page(rows, ({ id }) => id, payoutView));
    });
    const headers = { 'content-type': 'application/json; charset=utf-8', 'x-cache': hit ? 'HIT' : 'MISS' };
    await reply.headers(headers).send(body);
  }
}

/** All that a page depends on besides its list: its links repeat the path, and an operator's header seals the cursors. */
function nameOf({ url, headers }: FastifyRequest): string {
  return JSON.stringify([url, headers['x-merchant-id'] ?? null]);
}

function filterOf(merchantId: string | null, query: ListPayoutsQuery) {
  return {
    merchantId,
    status: query.status ?? null,
    bankAccountId: query.bank_account_id ?? null,
    referenceId: query.reference_id ?? null,
    utr: query.utr ?? null,
    needsAttention: query.needs_attention ?? null,
    createdFrom: query.created_from ?? null,
    createdTo: query.created_to ?? null,
    includeArchived: query.include_archived ?? false,
  };
}
