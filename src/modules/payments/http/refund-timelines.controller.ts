import { Controller } from '@nestjs/common';
import { ApiTags } from '../../../platform/http/http.public.js';
import { timelineController } from '../../../platform/orders/orders.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { ProviderAttemptDocument } from './attempt-documents.js';
import { PaymentEventDocument } from './payment-documents.js';

/** The timelines and attempts of refunds, page by page. */
@ApiTags('Refunds')
@Controller('refunds')
export class RefundTimelinesController extends timelineController(PaymentReader, {
  events: { operationId: 'listRefundEvents', document: PaymentEventDocument, of: 'a refund' },
  attempts: { operationId: 'listRefundAttempts', document: ProviderAttemptDocument, of: 'a refund' },
  find: async (payments, owner, id) => {
    const refund = await payments.getRefund(owner, id);
    const { merchantId, paymentId } = refund;
    const { gateway } = await payments.get(merchantId, paymentId);
    return { ...refund, gateway, ...payments.timelineOf({ merchantId, paymentId, refundId: id }) };
  },
}) {}
