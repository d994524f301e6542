import { Controller, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ListCache } from '../../../platform/cache/cache.public.js';
import type { Slice } from '../../../shared/slice.js';
import { RememberedKeys } from '../../idempotency/idempotency.public.js';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  GetCachedList,
  GetCounts,
  GetOne,
  NotFound,
  OptionalMerchantId,
  ownerOf,
  ProblemResponses,
  RequestedBy,
  type Requester,
  Resource,
  type ResourceRequest,
  sendCounts,
  sendKeyedList,
} from '../../../platform/http/http.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { MerchantInactive } from '../../merchants/merchants.public.js';
import { CancelPayment } from '../application/cancel-payment.js';
import { type PaymentView, paymentView } from '../application/payment-view.js';
import { SubmissionsStopped } from '../../gateways/gateways.public.js';
import { InvalidPaymentTransition, PAYMENT_STATUSES } from '../domain/payment-status.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { PaymentDocument } from './payment-documents.js';
import { paymentFilterOf } from './payment-filters.js';
import { CountPaymentsQuery, ListPaymentsQuery, PaymentQuery } from './payment-requests.js';

@ApiTags('Payments')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly cancelPayment: CancelPayment,
    private readonly payments: PaymentReader,
    private readonly lists: ListCache,
    private readonly keys: RememberedKeys,
  ) {}

  @GetCachedList(PaymentDocument, { operationId: 'listPayments', summary: 'List payments, the newest first' })
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListPaymentsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const filter = paymentFilterOf(merchantId, query);
    const read = (page: Slice, id: string | null) => this.payments.list({ ...filter, id }, page);
    const { lists, keys } = this;
    await sendKeyedList(reply, { lists, keys }, merchantId, query, read, paymentView);
  }

  @GetCounts({ operationId: 'countPayments', of: 'payments' })
  async count(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: CountPaymentsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const filter = paymentFilterOf(merchantId, query);
    await sendCounts(reply, this.lists, PAYMENT_STATUSES, filter, (...asked) => this.payments.countAmong(...asked));
  }

  @GetOne(':id', PaymentDocument, {
    operationId: 'getPayment',
    summary: 'Read one payment, with its receipt',
    description: 'The receipt is there once the payer was charged: rate, fee, GST, and what was credited.',
  })
  async get(
    @Resource() { merchantId, id, caller }: ResourceRequest,
    @Query() _query: PaymentQuery,
  ): Promise<PaymentView> {
    return paymentView(await this.payments.get(merchantId, id), caller.kind);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'cancelPayment',
    summary: 'Take back a payment that no gateway has',
    description: 'It ends `failed` with the failure `cancelled`; nobody was charged.',
  })
  @ApiOkResponse({ type: PaymentDocument })
  @ProblemResponses(NotFound, MerchantInactive, InvalidPaymentTransition, SubmissionsStopped, Overloaded)
  async cancel(
    @RequestedBy() { actor, origin }: Requester,
    @Resource() payment: ResourceRequest,
    @Query() _query: PaymentQuery,
  ): Promise<PaymentView> {
    const key = { merchantId: await ownerOf(payment, this.payments), paymentId: payment.id };
    const { kind } = payment.caller;
    return paymentView(await this.cancelPayment.execute(key, actor, kind === 'merchant', origin), kind);
  }
}
