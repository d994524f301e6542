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
  ownerOf,
  PostCancellation,
  Resource,
  type ResourceRequest,
  RequestedList,
  sendCounts,
  sendKeyedList,
} from '../../../platform/http/http.public.js';
import { MerchantInactive } from '../../merchants/merchants.public.js';
import { CancelPayment } from '../application/cancel-payment.js';
import { type PaymentView, paymentView } from '../application/payment-view.js';
import { SubmissionsStopped } from '../../gateways/gateways.public.js';
import { InvalidPaymentTransition, PAYMENT_STATUSES } from '../domain/payment-status.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { PaymentDocument } from './payment-documents.js';
import { paymentFilterOf } from './payment-filters.js';
import { CountPaymentsQuery, ListPaymentsQuery } from './payment-requests.js';

@ApiTags('Payments')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly cancelPayment: CancelPayment,
    private readonly payments: PaymentReader,
    private readonly lists: ListCache,
    private readonly keys: RememberedKeys,
  ) {}

  @GetCachedList(PaymentDocument, { operationId: 'listPayments', summary: 'List payments, newest first' })
  async list(@RequestedList() list: ListRequest, @Query() query: ListPaymentsQuery): Promise<void> {
    const filter = paymentFilterOf(list.merchantId, query);
    const read = (page: Slice, id: string | null) => this.payments.list.page({ ...filter, id }, page);
    const { lists, keys } = this;
    await sendKeyedList(list, { lists, keys }, query, read, paymentView);
  }

  @GetCounts({ operationId: 'countPayments', of: 'payments' })
  async count(@RequestedList() list: ListRequest, @Query() query: CountPaymentsQuery): Promise<void> {
    await sendCounts(list, this.lists, PAYMENT_STATUSES, paymentFilterOf(list.merchantId, query), this.payments.list);
  }

  @GetOne(':id', PaymentDocument, {
    operationId: 'getPayment',
    summary: 'Read one payment, with its receipt',
    description: 'The receipt is there once the payer has been charged: rate, fee, GST, and the credited amount.',
  })
  async get(@Resource('payment') { merchantId, id, caller }: ResourceRequest): Promise<PaymentView> {
    return paymentView(await this.payments.get(merchantId, id), caller.kind);
  }

  @PostCancellation(PaymentDocument, {
    operationId: 'cancelPayment',
    summary: 'Cancel a payment that no provider has',
    description: 'The payment ends as `failed` with the failure `cancelled`. Nobody is charged.',
    refusals: [MerchantInactive, InvalidPaymentTransition, SubmissionsStopped],
  })
  async cancel(@Resource('payment') payment: ResourceRequest): Promise<PaymentView> {
    const key = { merchantId: await ownerOf(payment, this.payments), paymentId: payment.id };
    const { caller, by } = payment;
    const cancelledBy = { ...by, isMerchant: caller.kind === 'merchant' };
    return paymentView(await this.cancelPayment.execute(key, cancelledBy), caller.kind);
  }
}
