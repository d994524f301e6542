import { Controller, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiTags,
  GetAttempts,
  GetTimeline,
  MerchantPageQuery,
  type Page,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { type AttemptedOrder, attemptsPage, timelinePage } from '../../../platform/orders/orders.public.js';
import { PaymentReader, type PaymentTimeline } from '../domain/payment-reader.js';
import { PROVIDER_ATTEMPTS, ProviderAttemptDocument } from './attempt-documents.js';
import { PaymentEventDocument } from './payment-documents.js';

/** What has happened to refunds, page by page. */
@ApiTags('Refunds')
@Controller('refunds')
export class RefundTimelinesController {
  constructor(private readonly payments: PaymentReader) {}

  @GetTimeline(':id', PaymentEventDocument, { operationId: 'listRefundEvents', of: 'a refund' })
  async refundEvents(
    @Resource() resource: ResourceRequest,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<PaymentEventDocument>> {
    return timelinePage(resource, query, request, async () => {
      const { of } = await this.refund(resource);
      return (slice) => this.payments.timeline(of, slice);
    });
  }

  @GetAttempts(':id', ProviderAttemptDocument, { operationId: 'listRefundAttempts', of: 'a refund' })
  async refundAttempts(
    @Resource() resource: ResourceRequest,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<ProviderAttemptDocument>> {
    return attemptsPage(resource, query, request, () => this.refund(resource), PROVIDER_ATTEMPTS);
  }

  private async refund({ merchantId, id }: ResourceRequest): Promise<AttemptedOrder & { of: PaymentTimeline }> {
    const order = await this.payments.getRefund(merchantId, id);
    const { gateway } = await this.payments.get(order.merchantId, order.paymentId);
    const of = { merchantId: order.merchantId, paymentId: order.paymentId, refundId: id };
    return { ...order, gateway, of, entries: (from, to) => this.payments.attempts(of, from, to) };
  }
}
