import { Body, Controller, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiTags,
  GetOne,
  GetPage,
  IdParam,
  Keyed,
  KeyedPost,
  LIST_REFUSALS,
  MerchantPageQuery,
  NotFound,
  ownerOf,
  type Page,
  PageRequest,
  PostOnce,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { MerchantInactive } from '../../merchants/merchants.public.js';
import { InsufficientFunds } from '../../ledger/ledger.public.js';
import { KeyRoom, parseIdempotencyKey, TooManyIdempotencyKeys } from '../../idempotency/idempotency.public.js';
import { RefundPayment } from '../application/refund-payment.js';
import { type RefundView, refundView } from '../application/refund-view.js';
import { InvalidPaymentTransition } from '../domain/payment-status.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { RefundExceedsPayment, RefundNotFound, TooManyOpenRefunds } from '../domain/refusals.js';
import { RefundDocument } from './payment-documents.js';
import { RefundPaymentBody } from './payment-requests.js';

/** Money of a payment that goes back to the payer. */
@ApiTags('Refunds')
@Controller('payments')
export class RefundsController {
  constructor(
    private readonly refundPayment: RefundPayment,
    private readonly payments: PaymentReader,
    private readonly keys: KeyRoom,
  ) {}

  @PostOnce(':id/refund', RefundDocument, {
    operationId: 'refundPayment',
    summary: 'Refund a payment',
    description:
      'Refunds all of the payment or a part of it, if necessary several times. The amount in rupees, at the ' +
      'exchange rate of the payment, is held until the provider has given the money back. If the provider ' +
      'refuses, it becomes available again.',
    body: RefundPaymentBody,
    bodyRequired: false,
    examples: { all: { value: {} }, 'a part': { value: { amount: 2_001 } } },
    created: 'The amount is held, and the refund is being sent to the provider.',
    refusals: [
      MerchantInactive,
      InvalidPaymentTransition,
      RefundExceedsPayment,
      InsufficientFunds,
      TooManyOpenRefunds,
      TooManyIdempotencyKeys,
    ],
  })
  async refund(
    @Resource('payment') resource: ResourceRequest,
    @Keyed(parseIdempotencyKey) post: KeyedPost,
    @Body() body: RefundPaymentBody,
  ): Promise<void> {
    const paymentId = resource.id;
    const merchantId = await ownerOf(resource, this.payments);
    const amountMinor = body.amount === undefined || body.amount === null ? null : BigInt(body.amount);
    const compared = ['/payments/:id/refund', paymentId, String(amountMinor)];
    const collection = `/payments/${paymentId}/refunds`;
    const terms = { keys: this.keys.termsFor(merchantId), compared, collection };
    await post.answer(terms, (request, created) =>
      this.refundPayment.execute({ merchantId, paymentId, ...post.by, amountMinor }, request, ({ state, payment }) =>
        created(refundView(state, payment.state, post.caller)),
      ),
    );
  }

  @GetOne(':id/refunds/:refund_id', RefundDocument, {
    operationId: 'getRefund',
    summary: 'Read one refund of a payment',
    description: 'For a refund whose payment you do not know, use `GET /refunds/{id}`.',
  })
  async get(
    @Resource('payment') { merchantId, id, caller }: ResourceRequest,
    @IdParam('refund_id') refundId: string,
  ): Promise<RefundView> {
    const payment = await this.payments.get(merchantId, id);
    const refund = await this.payments.getRefund(payment.merchantId, refundId);
    if (refund.paymentId !== id) throw new RefundNotFound();
    return refundView(refund, payment, caller.kind);
  }

  @GetPage(':id/refunds', RefundDocument, {
    operationId: 'listRefunds',
    summary: 'List the refunds of a payment, newest first',
    description: 'Includes failed ones.',
    refusals: [...LIST_REFUSALS, NotFound],
  })
  async list(
    @Resource() { merchantId, id, caller }: ResourceRequest,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<RefundView>> {
    const page = PageRequest.of(query, request);
    const payment = await this.payments.get(merchantId, id);
    const rows = await this.payments.refunds(payment.merchantId, id, page);
    return page.page(
      rows,
      (refund) => refund.id,
      (refund) => refundView(refund, payment, caller.kind),
    );
  }
}
