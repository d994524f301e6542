import { Controller } from '@nestjs/common';
import { ApiTags } from '../../../platform/http/http.public.js';
import { timelineController } from '../../../platform/orders/orders.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { ProviderAttemptDocument } from './attempt-documents.js';
import { PaymentEventDocument } from './payment-documents.js';

/** The timelines and attempts of payments, page by page. */
@ApiTags('Payments')
@Controller('payments')
export class PaymentTimelinesController extends timelineController(PaymentReader, {
  events: { operationId: 'listPaymentEvents', document: PaymentEventDocument, of: 'a payment and its refunds' },
  attempts: { operationId: 'listPaymentAttempts', document: ProviderAttemptDocument, of: 'a payment' },
  find: async (payments, merchantId, id) => {
    const payment = await payments.get(merchantId, id);
    return { ...payment, ...payments.timelineOf({ merchantId: payment.merchantId, paymentId: id, refundId: null }) };
  },
}) {}
