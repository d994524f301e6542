import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ListCache, listsOf } from '../../../platform/cache/cache.public.js';
import {
  ApiPage,
  Caller,
  IdParam,
  jsonOf,
  OptionalMerchantId,
  type Page,
  PageRequest,
  type Principal,
  ProblemResponses,
} from '../../../platform/http/http.public.js';
import { type PaymentView, paymentView } from '../application/payment-view.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { PaymentDocument, PaymentEventDocument, paymentEventView } from './payment-documents.js';
import { ListPaymentsQuery, PaymentQuery } from './payment-requests.js';

@ApiTags('payments')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly payments: PaymentReader,
    private readonly lists: ListCache,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listPayments',
    summary: 'List payments, the newest first',
    description:
      'The header `X-Cache` says whether the page was kept from before. It is never older than your own writes.',
  })
  @ApiPage(PaymentDocument)
  @ProblemResponses('validation_failed', 'cursor_invalid')
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListPaymentsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Before anything is looked up: a cursor of another list must not meet a page that was kept.
    const page = PageRequest.of(query, request);
    const name = JSON.stringify([request.url, request.headers['x-merchant-id'] ?? null]);
    const { body, hit } = await this.lists.page(listsOf(merchantId), name, async () => {
      const rows = await this.payments.list(filterOf(merchantId, query), page);
      return jsonOf(page.page(rows, ({ id }) => id, paymentView));
    });
    const headers = { 'content-type': 'application/json; charset=utf-8', 'x-cache': hit ? 'HIT' : 'MISS' };
    await reply.headers(headers).send(body);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getPayment', summary: 'Read one payment, with its receipt' })
  @ApiOkResponse({ type: PaymentDocument })
  @ProblemResponses('not_found')
  async get(
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @Query() _query: PaymentQuery,
  ): Promise<PaymentView> {
    return paymentView(await this.payments.get(merchantId, id));
  }

  @Get(':id/events')
  @ApiOperation({
    operationId: 'listPaymentEvents',
    summary: 'Read what happened to a payment and its refunds, the oldest first',
  })
  @ApiPage(PaymentEventDocument)
  @ProblemResponses('not_found')
  async events(
    @Caller() caller: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @Query() _query: PaymentQuery,
  ): Promise<Page<PaymentEventDocument>> {
    const payment = await this.payments.get(merchantId, id);
    const inside = caller.kind === 'operator';
    const timeline = await this.payments.timeline(payment.merchantId, id);
    return { results: timeline.map((event) => paymentEventView(event, { inside })), next: null, previous: null };
  }
}

function filterOf(merchantId: string | null, query: ListPaymentsQuery) {
  return {
    merchantId,
    status: query.status ?? null,
    currency: query.currency ?? null,
    referenceId: query.reference_id ?? null,
    needsAttention: query.needs_attention ?? null,
    createdFrom: query.created_from ?? null,
    createdTo: query.created_to ?? null,
  };
}
