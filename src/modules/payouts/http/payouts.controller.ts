import { Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  actorOf,
  ApiPage,
  Caller,
  IdParam,
  OptionalMerchantId,
  originOf,
  type Page,
  type Principal,
  ProblemResponses,
} from '../../../platform/http/http.public.js';
import { CancelPayout } from '../application/cancel-payout.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { attemptViews, PayoutAttemptDocument } from './attempt-documents.js';
import { eventView, PayoutDocument, PayoutEventDocument } from './payout-documents.js';
import { PayoutQuery } from './payout-requests.js';

@ApiTags('payouts')
@Controller('payouts')
export class PayoutsController {
  constructor(
    private readonly cancelPayout: CancelPayout,
    private readonly payouts: PayoutReader,
  ) {}

  @Get(':id')
  @ApiOperation({ operationId: 'getPayout', summary: 'Read one payout' })
  @ApiOkResponse({ type: PayoutDocument })
  @ProblemResponses('not_found')
  async get(
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @Query() _query: PayoutQuery,
  ): Promise<PayoutView> {
    return payoutView(await this.payouts.get(merchantId, id));
  }

  @Get(':id/events')
  @ApiOperation({ operationId: 'listPayoutEvents', summary: 'Read what happened to a payout, the oldest first' })
  @ApiPage(PayoutEventDocument)
  @ProblemResponses('not_found')
  async events(
    @Caller() caller: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @Query() _query: PayoutQuery,
  ): Promise<Page<PayoutEventDocument>> {
    const payout = await this.payouts.get(merchantId, id);
    // A payout has a handful of events, so there is only the one page.
    const inside = caller.kind === 'operator';
    const results = (await this.payouts.timeline(payout.merchantId, id)).map((event) => eventView(event, { inside }));
    return { results, next: null, previous: null };
  }

  @Get(':id/attempts')
  @ApiOperation({
    operationId: 'listPayoutAttempts',
    summary: 'Read how a payout was sent to the bank, and what the bank has said',
    description: 'One entry for each submission. All of them carry the same reference, under which the bank pays once.',
  })
  @ApiPage(PayoutAttemptDocument)
  @ProblemResponses('not_found')
  async attempts(
    @Caller() caller: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @Query() _query: PayoutQuery,
  ): Promise<Page<PayoutAttemptDocument>> {
    const payout = await this.payouts.get(merchantId, id);
    const timeline = await this.payouts.timeline(payout.merchantId, id);
    const results = attemptViews(id, timeline, { inside: caller.kind === 'operator' });
    return { results, next: null, previous: null };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cancelPayout', summary: 'Take back a payout that has not gone to the bank' })
  @ApiOkResponse({ type: PayoutDocument })
  @ProblemResponses('not_found', 'merchant_inactive', 'invalid_transition', 'overloaded')
  async cancel(
    @Caller() caller: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @Query() _query: PayoutQuery,
    @Req() request: FastifyRequest,
  ): Promise<PayoutView> {
    const owner = merchantId ?? (await this.payouts.get(null, id)).merchantId;
    return payoutView(await this.cancelPayout.execute(owner, id, actorOf(caller), originOf(request)));
  }
}
