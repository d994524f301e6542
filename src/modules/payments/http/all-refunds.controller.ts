import { Body, Controller, Query } from '@nestjs/common';
import { ListCache } from '../../../platform/cache/cache.public.js';
import type { Slice } from '../../../shared/slice.js';
import { RememberedKeys } from '../../idempotency/idempotency.public.js';
import {
  ApiTags,
  GetCachedList,
  GetCounts,
  GetOne,
  type ListRequest,
  PatchByHand,
  PostInquiry,
  Resource,
  type ResourceRequest,
  RequestedList,
  sendCounts,
  sendKeyedList,
} from '../../../platform/http/http.public.js';
import { FailRefund } from '../application/fail-refund.js';
import { InquireProvider } from '../application/inquire-provider.js';
import { type RefundView, refundView } from '../application/refund-view.js';
import { REFUND_STATUSES } from '../domain/payment-state.js';
import { GatewayHasIt, RefundNotAsRequested } from '../domain/refusals.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { RefundDocument } from './payment-documents.js';
import { refundFilterOf } from './payment-filters.js';
import { CountRefundsQuery, EndByHandBody, ListRefundsQuery } from './payment-requests.js';

/** Refunds of all payments, by their own ids; and what only operators may do to a refund. */
@ApiTags('Refunds')
@Controller('refunds')
export class AllRefundsController {
  constructor(
    private readonly failRefund: FailRefund,
    private readonly inquireProvider: InquireProvider,
    private readonly payments: PaymentReader,
    private readonly lists: ListCache,
    private readonly keys: RememberedKeys,
  ) {}

  @GetCachedList(RefundDocument, {
    operationId: 'listAllRefunds',
    summary: 'List the refunds of all payments, newest first',
  })
  async list(@RequestedList() list: ListRequest, @Query() query: ListRefundsQuery): Promise<void> {
    const filter = refundFilterOf(list.merchantId, query);
    const read = (page: Slice, id: string | null) => this.payments.refundList.page({ ...filter, id }, page);
    const { lists, keys } = this;
    await sendKeyedList(list, { lists, keys }, query, read, (refund, reader) => refundView(refund, refund, reader));
  }

  @GetCounts({ operationId: 'countRefunds', of: 'refunds' })
  async count(@RequestedList() list: ListRequest, @Query() query: CountRefundsQuery): Promise<void> {
    const filter = refundFilterOf(list.merchantId, query);
    await sendCounts(list, this.lists, REFUND_STATUSES, filter, this.payments.refundList);
  }

  @GetOne(':id', RefundDocument, {
    operationId: 'getRefundById',
    summary: 'Read one refund, whichever payment it belongs to',
    description: 'With an operator key, finds the refunds of all merchants.',
  })
  async get(@Resource('refund') { merchantId, id, caller }: ResourceRequest): Promise<RefundView> {
    const refund = await this.payments.getRefund(merchantId, id);
    const payment = await this.payments.get(refund.merchantId, refund.paymentId);
    return refundView(refund, payment, caller.kind);
  }

  @PatchByHand(RefundDocument, {
    operationId: 'failRefund',
    summary: 'Fail a refund by hand',
    description:
      'The amount held for it becomes available again. The provider is asked first. If it reports the refund as ' +
      'done or in progress, the request is refused; a refund that is reported as done is completed. If the ' +
      'provider cannot say, the refund can be failed only if it needs attention.',
    refusals: [GatewayHasIt, RefundNotAsRequested],
  })
  async fail(@Resource('refund') resource: ResourceRequest, @Body() { reason }: EndByHandBody): Promise<RefundView> {
    const { id: refundId, merchantId, paymentId } = await this.payments.getRefund(resource.merchantId, resource.id);
    const refund = await this.failRefund.execute({ merchantId, paymentId, refundId }, { ...resource.by, reason });
    return refundView(refund, refund, 'operator');
  }

  @PostInquiry(RefundDocument, { operationId: 'inquireRefund', party: 'provider', of: 'a refund' })
  async inquire(@Resource('refund') { merchantId, id, by }: ResourceRequest): Promise<RefundView> {
    const refund = await this.payments.getRefund(merchantId, id);
    const payment = await this.payments.get(refund.merchantId, refund.paymentId);
    await this.inquireProvider.execute({ payment, refund }, by.origin);
    return refundView(await this.payments.getRefund(payment.merchantId, id), payment, 'operator');
  }
}
