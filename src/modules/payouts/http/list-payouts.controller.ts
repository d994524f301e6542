import { Controller, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ListCache } from '../../../platform/cache/cache.public.js';
import {
  ApiTags,
  commonFilter,
  GetCachedList,
  OptionalMerchantId,
  sendCachedList,
} from '../../../platform/http/http.public.js';
import { payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PayoutDocument } from './payout-documents.js';
import { ListPayoutsQuery } from './payout-requests.js';

@ApiTags('Payouts')
@Controller('payouts')
export class ListPayoutsController {
  constructor(
    private readonly payouts: PayoutReader,
    private readonly lists: ListCache,
  ) {}

  @GetCachedList(PayoutDocument, {
    operationId: 'listPayouts',
    summary: 'List payouts, the newest first',
    description:
      'The header `X-Cache` says whether the page was kept from before (`HIT`). It is never older than your own writes.',
  })
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListPayoutsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const filter = {
      ...commonFilter(merchantId, query),
      status: query.status ?? null,
      bankAccountId: query.bank_account_id ?? null,
      utr: query.utr ?? null,
      includeArchived: query.include_archived ?? false,
    };
    await sendCachedList(reply, this.lists, merchantId, query, (page) => this.payouts.list(filter, page), payoutView);
  }
}
