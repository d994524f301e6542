import { Controller, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ListCache } from '../../../platform/cache/cache.public.js';
import type { Slice } from '../../../shared/slice.js';
import { RememberedKeys } from '../../idempotency/idempotency.public.js';
import {
  ApiTags,
  GetCachedList,
  GetCounts,
  OptionalMerchantId,
  sendCounts,
  sendKeyedList,
} from '../../../platform/http/http.public.js';
import { payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PAYOUT_STATUSES } from '../domain/payout-status.js';
import { PayoutDocument } from './payout-documents.js';
import { payoutFilterOf } from './payout-filter.js';
import { CountPayoutsQuery, ListPayoutsQuery } from './payout-requests.js';

@ApiTags('Payouts')
@Controller('payouts')
export class ListPayoutsController {
  constructor(
    private readonly payouts: PayoutReader,
    private readonly lists: ListCache,
    private readonly keys: RememberedKeys,
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
    const filter = payoutFilterOf(merchantId, query);
    const read = (page: Slice, id: string | null) =>
      // Under a key nothing may seem not to be there: whoever believes that pays again.
      this.payouts.list({ ...filter, id, includeArchived: filter.includeArchived || id !== null }, page);
    const { lists, keys } = this;
    await sendKeyedList(reply, { lists, keys }, merchantId, query, read, payoutView);
  }

  @GetCounts({ operationId: 'countPayouts', of: 'payouts' })
  async count(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: CountPayoutsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const filter = payoutFilterOf(merchantId, query);
    await sendCounts(reply, this.lists, PAYOUT_STATUSES, filter, (...asked) => this.payouts.countAmong(...asked));
  }
}
