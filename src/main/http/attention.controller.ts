import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { NeedsPerson } from '../../shared/submissions/attention.js';
import type { Slice } from '../../shared/slice.js';
import { PaymentsNeedingAttention } from '../../modules/payments/payments.public.js';
import { PayoutsNeedingAttention } from '../../modules/payouts/payouts.public.js';
import { DatabaseFailovers } from '../../platform/database/database.public.js';
import { AttentionDocument, attentionView, ORDER_TYPES, SubmissionsStoppedDocument } from './attention-documents.js';
import {
  ApiOperation,
  ApiPage,
  ApiTags,
  Caller,
  LIST_REFUSALS,
  OneOf,
  OptionalMerchantId,
  type Page,
  PageRequest,
  type Principal,
  ProblemResponses,
  QueryInteger,
  Text,
  Uuid,
} from '../../platform/http/http.public.js';

class AttentionQuery {
  @QueryInteger({ min: 1, max: 100, description: 'How many results to return per page.', example: 20 }) limit?: number;
  @Text({ max: 200, optional: true, description: 'The value of `next_cursor` or `previous_cursor` of a page. Opaque.' })
  cursor?: string;
  @OneOf(ORDER_TYPES, { optional: true }) type?: (typeof ORDER_TYPES)[number];
  @Uuid({ optional: true, description: 'For operators: limits the list to this merchant.' }) merchant_id?: string;
}

interface AttentionPage extends Page<AttentionDocument> {
  /** Set while all submissions are stopped, which waits for a person too. */
  readonly submissions_stopped: SubmissionsStoppedDocument | null;
}

/** Everything that waits for a person, in one list. In `main`, because payouts and payments do not know each other. */
@ApiTags('Operations')
@Controller('attention')
export class AttentionController {
  constructor(
    private readonly payouts: PayoutsNeedingAttention,
    private readonly payments: PaymentsNeedingAttention,
    private readonly failovers: DatabaseFailovers,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listAttention',
    summary: 'List payouts, payments and refunds that need attention, oldest first',
    description:
      'A merchant key lists the merchant’s own. An operator key lists those of all merchants, or of one. After a ' +
      'failover of the database nothing may be submitted for any merchant: `submissions_stopped` says since ' +
      'when. Submissions go on when an operator resumes them (`POST /database-failovers/resume`).',
  })
  @ApiPage(AttentionDocument, {}, { submissions_stopped: SubmissionsStoppedDocument })
  @ProblemResponses(...LIST_REFUSALS)
  async listAttention(
    @Caller() { kind }: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: AttentionQuery,
    @Req() request: FastifyRequest,
  ): Promise<AttentionPage> {
    const page = PageRequest.oldestFirstById(query, request);
    const { take, order, askedBy } = page;
    // In the terms of the reads, which name the two directions the other way round.
    const slice: Slice = { take, order, offset: 0, askedBy, after: page.before, before: page.after };
    const found: NeedsPerson[] = [];
    // One after the other: a caller may have only two lists read at a time.
    if (wants(query, 'payout')) found.push(...(await this.payouts.read(merchantId, slice, kind)));
    if (wants(query, 'payment')) found.push(...(await this.payments.read(merchantId, slice, kind)));
    if (wants(query, 'refund')) found.push(...(await this.payments.readRefunds(merchantId, slice, kind)));
    found.sort((a, b) => (a.id < b.id ? -1 : 1));
    if (order === 'DESC') found.reverse();
    const now = Date.now();
    const since = await this.failovers.stoppedSince();
    const items = found.slice(0, take);
    return {
      ...page.page(
        items,
        ({ id }) => id,
        (item) => attentionView(item, now),
      ),
      submissions_stopped: since === null ? null : { waiting_for: 'database_failover', since: since.toISOString() },
    };
  }
}

const wants = ({ type }: AttentionQuery, one: (typeof ORDER_TYPES)[number]): boolean =>
  type === undefined || type === one;
