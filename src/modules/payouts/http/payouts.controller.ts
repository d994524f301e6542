import { Controller, Query } from '@nestjs/common';
import { ListCache } from '../../../platform/cache/cache.public.js';
import type { Slice } from '../../../shared/slice.js';
import { RememberedKeys } from '../../idempotency/idempotency.public.js';
import {
  ApiTags,
  GetCachedList,
  GetCounts,
  GetOne,
  type ListRequest,
  RequestedList,
  Resource,
  type ResourceRequest,
  sendCounts,
  sendKeyedList,
} from '../../../platform/http/http.public.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PAYOUT_STATUSES } from '../domain/payout-status.js';
import { PayoutDocument } from './payout-documents.js';
import { payoutFilterOf } from './payout-filter.js';
import { CountPayoutsQuery, ListPayoutsQuery } from './payout-requests.js';

@ApiTags('Payouts')
@Controller('payouts')
export class PayoutsController {
  constructor(
    private readonly payouts: PayoutReader,
    private readonly lists: ListCache,
    private readonly keys: RememberedKeys,
  ) {}

  @GetCachedList(PayoutDocument, {
    operationId: 'listPayouts',
    summary: 'List payouts, newest first',
    description:
      'The header `X-Cache` says whether the page came from the cache (`HIT`). It is never older than your own ' +
      'writes.',
  })
  async list(@RequestedList() list: ListRequest, @Query() query: ListPayoutsQuery): Promise<void> {
    const filter = payoutFilterOf(list.merchantId, query);
    const read = (page: Slice, id: string | null) =>
      // A look-up by Idempotency-Key must not hide an archived payout: a caller who does not find it pays again.
      this.payouts.list.page({ ...filter, id, includeArchived: filter.includeArchived || id !== null }, page);
    const { lists, keys } = this;
    await sendKeyedList(list, { lists, keys }, query, read, payoutView);
  }

  @GetCounts({ operationId: 'countPayouts', of: 'payouts' })
  async count(@RequestedList() list: ListRequest, @Query() query: CountPayoutsQuery): Promise<void> {
    await sendCounts(list, this.lists, PAYOUT_STATUSES, payoutFilterOf(list.merchantId, query), this.payouts.list);
  }

  @GetOne(':id', PayoutDocument, {
    operationId: 'getPayout',
    summary: 'Read one payout',
    description: 'Finds archived payouts too.',
  })
  async get(@Resource('payout') { merchantId, id, caller }: ResourceRequest): Promise<PayoutView> {
    return payoutView(await this.payouts.get(merchantId, id), caller.kind);
  }
}
