import { Body, Controller } from '@nestjs/common';
import {
  ApiTags,
  OperatorOnly,
  ownerOf,
  PatchByHand,
  PostInquiry,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { FailPayment } from '../application/fail-payment.js';
import { InquireProvider } from '../application/inquire-provider.js';
import { type PaymentView, paymentView } from '../application/payment-view.js';
import { GatewayHasIt } from '../domain/refusals.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { PaymentDocument } from './payment-documents.js';
import { EndByHandBody } from './payment-requests.js';

/** What only operators may do to a payment. The timeline records each change, who made it and why. */
@ApiTags('Payments')
@OperatorOnly()
@Controller('payments')
export class PaymentOperationsController {
  constructor(
    private readonly failPayment: FailPayment,
    private readonly inquireProvider: InquireProvider,
    private readonly payments: PaymentReader,
  ) {}

  @PatchByHand(PaymentDocument, {
    operationId: 'failPayment',
    summary: 'Fail a payment by hand',
    description:
      'The provider is asked first. If it reports the payment as done or in progress, the request is refused; a ' +
      'payment that is reported as done is completed. If the provider cannot say, the payment can be failed only ' +
      'if it needs attention.',
    refusals: [GatewayHasIt],
  })
  async fail(@Resource('payment') payment: ResourceRequest, @Body() { reason }: EndByHandBody): Promise<PaymentView> {
    const merchantId = await ownerOf(payment, this.payments);
    const key = { merchantId, paymentId: payment.id };
    return paymentView(await this.failPayment.execute(key, { ...payment.by, reason }), 'operator');
  }

  @PostInquiry(PaymentDocument, { operationId: 'inquirePayment', party: 'provider', of: 'a payment' })
  async inquire(@Resource('payment') { merchantId, id, by }: ResourceRequest): Promise<PaymentView> {
    const payment = await this.payments.get(merchantId, id);
    await this.inquireProvider.execute({ payment, refund: null }, by.origin);
    return paymentView(await this.payments.get(payment.merchantId, id), 'operator');
  }
}
