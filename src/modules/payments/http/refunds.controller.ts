import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  actorOf,
  API_PREFIX,
  ApiPage,
  Caller,
  createdReply,
  IdempotencyKey,
  IdParam,
  keyedRequest,
  OptionalMerchantId,
  originOf,
  type Page,
  PageQuery,
  PageRequest,
  type Principal,
  ProblemResponses,
  sendStoredReply,
} from '../../../platform/http/http.public.js';
import { IdempotencySettings, parseIdempotencyKey } from '../../idempotency/idempotency.public.js';
import { RefundPayment } from '../application/refund-payment.js';
import { type RefundView, refundView } from '../application/refund-view.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { RefundNotFound } from '../domain/refusals.js';
import { RefundDocument } from './payment-documents.js';
import { PaymentQuery, RefundPaymentBody } from './payment-requests.js';

/** Money of a payment that goes back to the payer. */
@ApiTags('payments')
@Controller('payments')
export class RefundsController {
  constructor(
    private readonly refundPayment: RefundPayment,
    private readonly payments: PaymentReader,
    private readonly idempotency: IdempotencySettings,
  ) {}

  @Post(':id/refund')
  @HttpCode(201)
  @ApiOperation({
    operationId: 'refundPayment',
    summary: 'Give a payer money back',
    description:
      'All of it or a part, also several times. The amount in rupees, at the rate of the payment, is held until the ' +
      'gateway has given it back; refused by the gateway, it is available again.',
  })
  @ApiBody({
    type: RefundPaymentBody,
    required: false,
    examples: { all: { value: {} }, 'a part': { value: { amount: 2_001 } } },
  })
  @ApiCreatedResponse({ type: RefundDocument, description: 'The amount is held and the refund is on its way.' })
  @ApiOkResponse({ type: RefundDocument, description: 'The same request was made before; this was its answer.' })
  @ProblemResponses(
    'validation_failed',
    'idempotency_key_missing',
    'not_found',
    'merchant_inactive',
    'idempotency_key_reused',
    'invalid_transition',
    'refund_exceeds_payment',
    'insufficient_funds',
    'overloaded',
  )
  async refund(
    @Caller() caller: Principal,
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') paymentId: string,
    @Query() _query: PaymentQuery,
    @IdempotencyKey(parseIdempotencyKey) key: string,
    @Body() body: RefundPaymentBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const owner = merchantId ?? (await this.payments.get(null, paymentId)).merchantId;
    const amountMinor = body.amount === undefined || body.amount === null ? null : BigInt(body.amount);
    const parts = ['POST', '/payments/:id/refund', paymentId, String(amountMinor)];
    const keyed = keyedRequest(key, this.idempotency.windowHours, parts, request);
    const command = { merchantId: owner, paymentId, actor: actorOf(caller), amountMinor, origin: originOf(request) };
    let id = '';
    const answer = await this.refundPayment.execute(command, keyed, ({ state, payment }) => {
      id = state.id;
      return createdReply(refundView(state, payment.state));
    });
    await sendStoredReply(reply, answer, `/${API_PREFIX}/payments/${paymentId}/refunds/${id}`);
  }

  @Get(':id/refunds/:refund_id')
  @ApiOperation({ operationId: 'getRefund', summary: 'Read one refund' })
  @ApiOkResponse({ type: RefundDocument })
  @ProblemResponses('not_found')
  async get(
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @IdParam('refund_id') refundId: string,
    @Query() _query: PaymentQuery,
  ): Promise<RefundView> {
    const payment = await this.payments.get(merchantId, id);
    const refund = await this.payments.findRefund(refundId);
    if (refund?.paymentId !== id) throw new RefundNotFound();
    return refundView(refund, payment);
  }

  @Get(':id/refunds')
  @ApiOperation({ operationId: 'listRefunds', summary: 'List the refunds of a payment, the newest first' })
  @ApiPage(RefundDocument)
  @ProblemResponses('validation_failed', 'cursor_invalid', 'not_found')
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @IdParam('id') id: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<RefundView>> {
    const page = PageRequest.of(query, request);
    const payment = await this.payments.get(merchantId, id);
    const rows = await this.payments.refunds(payment.merchantId, id, page);
    return page.page(
      rows,
      (refund) => refund.id,
      (refund) => refundView(refund, payment),
    );
  }
}
