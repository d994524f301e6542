import { Controller, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiTags,
  GetAttempts,
  GetOne,
  GetTimeline,
  MerchantPageQuery,
  ownerOf,
  type Page,
  PostCancellation,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { attemptsPage, timelinePage } from '../../../platform/orders/orders.public.js';
import { MerchantInactive } from '../../merchants/merchants.public.js';
import { CancelPayout } from '../application/cancel-payout.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { SubmissionsStopped } from '../../gateways/gateways.public.js';
import { InvalidTransition } from '../domain/payout-status.js';
import { PayoutNotAsRequested } from '../domain/refusals.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PAYOUT_ATTEMPTS, PayoutAttemptDocument } from './attempt-documents.js';
import { PayoutDocument, PayoutEventDocument } from './payout-documents.js';

@ApiTags('Payouts')
@Controller('payouts')
export class PayoutsController {
  constructor(
    private readonly cancelPayout: CancelPayout,
    private readonly payouts: PayoutReader,
  ) {}

  @GetOne(':id', PayoutDocument, {
    operationId: 'getPayout',
    summary: 'Read one payout',
    description: 'Archived ones too.',
  })
  async get(@Resource('payout') { merchantId, id, caller }: ResourceRequest): Promise<PayoutView> {
    return payoutView(await this.payouts.get(merchantId, id), caller.kind);
  }

  @GetTimeline(':id', PayoutEventDocument, { operationId: 'listPayoutEvents', of: 'a payout' })
  async events(
    @Resource() payout: ResourceRequest,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<PayoutEventDocument>> {
    return timelinePage(payout, query, request, async () => {
      const { merchantId } = await this.payouts.get(payout.merchantId, payout.id);
      return (slice) => this.payouts.timeline(merchantId, payout.id, slice);
    });
  }

  @GetAttempts(':id', PayoutAttemptDocument, { operationId: 'listPayoutAttempts', of: 'a payout' })
  async attempts(
    @Resource() resource: ResourceRequest,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<PayoutAttemptDocument>> {
    const find = async () => {
      const payout = await this.payouts.get(resource.merchantId, resource.id);
      const { merchantId, id } = payout;
      return { ...payout, entries: (from: number, to: number) => this.payouts.attempts(merchantId, id, from, to) };
    };
    return attemptsPage(resource, query, request, find, PAYOUT_ATTEMPTS);
  }

  @PostCancellation(PayoutDocument, {
    operationId: 'cancelPayout',
    summary: 'Take back a payout that has not gone to the bank',
    description: 'The amount is available again. A payout that is `cancelled` already stays as it is.',
    refusals: [MerchantInactive, InvalidTransition, PayoutNotAsRequested, SubmissionsStopped],
  })
  async cancel(@Resource('payout') payout: ResourceRequest): Promise<PayoutView> {
    const { id, caller, by } = payout;
    const owner = await ownerOf(payout, this.payouts);
    return payoutView(await this.cancelPayout.execute(owner, id, by.actor, by.origin), caller.kind);
  }
}
