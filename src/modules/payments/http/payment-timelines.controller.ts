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

/** What has happened to payments, page by page. */
@ApiTags('Payments')
@Controller('payments')
export class PaymentTimelinesController {
  constructor(private readonly payments: PaymentReader) {}

  @GetTimeline(':id', PaymentEventDocument, {
    operationId: 'listPaymentEvents',
    of: 'a payment and its refunds',
  })
  async paymentEvents(
    @Resource() resource: ResourceRequest,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<PaymentEventDocument>> {
    return timelinePage(resource, query, request, async () => {
      const { of } = await this.payment(resource);
      return (slice) => this.payments.timeline(of, slice);
    });
  }

  @GetAttempts(':id', ProviderAttemptDocument, { operationId: 'listPaymentAttempts', of: 'a payment' })
  async paymentAttempts(
    @Resource() resource: ResourceRequest,
    @Query() query: MerchantPageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<ProviderAttemptDocument>> {
    return attemptsPage(resource, query, request, () => this.payment(resource), PROVIDER_ATTEMPTS);
  }

  private async payment({ merchantId, id }: ResourceRequest): Promise<AttemptedOrder & { of: PaymentTimeline }> {
    const order = await this.payments.get(merchantId, id);
    const of = { merchantId: order.merchantId, paymentId: id, refundId: null };
    return { ...order, of, entries: (from, to) => this.payments.attempts(of, from, to) };
  }
}
