import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  GetOne,
  GetPage,
  GetTimeline,
  onePage,
  ownerOf,
  type Page,
  ProblemResponses,
  RequestedBy,
  type Requester,
  Resource,
  type ResourceRequest,
  timelineOf,
  timelinePage,
} from '../../../platform/http/http.public.js';
import { CancelPayout } from '../application/cancel-payout.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { attemptViews, PayoutAttemptDocument } from './attempt-documents.js';
import { PayoutDocument, PayoutEventDocument } from './payout-documents.js';
import { PayoutQuery } from './payout-requests.js';

@ApiTags('payouts')
@Controller('payouts')
export class PayoutsController {
  constructor(
    private readonly cancelPayout: CancelPayout,
    private readonly payouts: PayoutReader,
  ) {}

  @GetOne(':id', PayoutDocument, { operationId: 'getPayout', summary: 'Read one payout' })
  async get(@Resource() { merchantId, id }: ResourceRequest, @Query() _query: PayoutQuery): Promise<PayoutView> {
    return payoutView(await this.payouts.get(merchantId, id));
  }

  @GetTimeline(PayoutEventDocument, { operationId: 'listPayoutEvents', of: 'a payout' })
  async events(@Resource() payout: ResourceRequest, @Query() _query: PayoutQuery): Promise<Page<PayoutEventDocument>> {
    return timelinePage(await timelineOf(payout, this.payouts), payout.caller);
  }

  @GetPage(':id/attempts', PayoutAttemptDocument, {
    operationId: 'listPayoutAttempts',
    summary: 'Read how a payout was sent to the bank, and what the bank has said',
    description: 'One entry for each submission. All of them carry the same reference, under which the bank pays once.',
    refusals: ['not_found'],
  })
  async attempts(
    @Resource() payout: ResourceRequest,
    @Query() _query: PayoutQuery,
  ): Promise<Page<PayoutAttemptDocument>> {
    const state = await this.payouts.get(payout.merchantId, payout.id);
    const timeline = await this.payouts.timeline(state.merchantId, state.id);
    return onePage(attemptViews(state, timeline, payout.caller));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cancelPayout', summary: 'Take back a payout that has not gone to the bank' })
  @ApiOkResponse({ type: PayoutDocument })
  @ProblemResponses('not_found', 'merchant_inactive', 'invalid_transition', 'overloaded')
  async cancel(
    @RequestedBy() { actor, origin }: Requester,
    @Resource() payout: ResourceRequest,
    @Query() _query: PayoutQuery,
  ): Promise<PayoutView> {
    const owner = await ownerOf(payout, this.payouts);
    return payoutView(await this.cancelPayout.execute(owner, payout.id, actor, origin));
  }
}
