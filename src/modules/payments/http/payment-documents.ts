import { ApiProperty } from '../../../platform/http/http.public.js';
import { orderDocument, timelineDocument } from '../../../platform/orders/orders.public.js';
import type { FailureView, PaymentView, ReceiptView } from '../application/payment-view.js';
import type { RefundView } from '../application/refund-view.js';
import { REFUND_STATUSES } from '../domain/payment-state.js';
import { PAYMENT_STATUSES } from '../domain/payment-status.js';
import { CURRENCIES } from '../../gateways/gateways.language.js';

/** The documents below only describe the views, for OpenAPI. */
class PayerDocument {
  @ApiProperty({ type: String, nullable: true }) name!: string | null;
  @ApiProperty({ type: String, nullable: true }) email!: string | null;
}

class ReceiptDocument implements ReceiptView {
  @ApiProperty({ type: 'integer', format: 'int64', example: 999_083 }) gross_paise!: number;
  @ApiProperty({ example: '83.25', description: 'Rupees for one unit of the currency, as the gateway quoted it.' })
  rate!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: 19_982 }) fee_paise!: number;
  @ApiProperty({ type: 'integer', format: 'int64', example: 3_597, description: 'GST on the fee.' }) tax_paise!: number;
  @ApiProperty({ type: 'integer', format: 'int64', example: 975_504, description: 'gross − fee − tax, to the paisa.' })
  credited_paise!: number;
}

class PaymentFailureDocument implements FailureView {
  @ApiProperty({ example: 'card_declined' }) code!: string;
  @ApiProperty({ example: 'The payer’s bank declined the charge.' }) reason!: string;
  @ApiProperty({ enum: ['payer', 'gateway', 'business', 'internal'] }) source!: FailureView['source'];
  @ApiProperty({ description: 'Whether the same payment or refund may succeed later.' }) retryable!: boolean;
  @ApiProperty({ description: 'What to do next.' }) next_action!: string;
}

class OwnPaymentDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: 12_001, description: 'In minor units of the currency.' })
  amount!: number;
  @ApiProperty({ enum: CURRENCIES, example: 'USD' }) currency!: string;
  @ApiProperty({ enum: PAYMENT_STATUSES }) status!: string;
  @ApiProperty({ type: String, nullable: true }) description!: string | null;
  @ApiProperty({ type: PayerDocument, nullable: true }) customer!: PayerDocument | null;
  @ApiProperty({ type: String, nullable: true, example: 'P0802' }) purpose_code!: string | null;
  @ApiProperty({ type: String, nullable: true }) reference_id!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'payment-simulator' }) gateway!: string | null;
  @ApiProperty({ type: ReceiptDocument, nullable: true, description: 'Null until the payer has been charged.' })
  receipt!: ReceiptDocument | null;
  @ApiProperty({ type: 'integer', format: 'int64' }) refunded_amount!: number;
  @ApiProperty({ type: 'integer', format: 'int64' }) refunded_paise!: number;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'The amount that can still be refunded. Open refunds are already deducted.',
  })
  refundable_amount!: number;
  @ApiProperty({ type: PaymentFailureDocument, nullable: true }) failure!: PaymentFailureDocument | null;
}

export class PaymentDocument
  extends orderDocument(OwnPaymentDocument, { statuses: PAYMENT_STATUSES, party: 'gateway' })
  implements PaymentView {}

class OwnRefundDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid' }) payment_id!: string;
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: 2_001 }) amount!: number;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty({ type: 'integer', format: 'int64', description: 'In rupees, at the exchange rate of the payment.' })
  amount_paise!: number;
  @ApiProperty({ type: 'integer', format: 'int64', description: 'How much of fee and GST the merchant gets back.' })
  returned_fee_paise!: number;
  @ApiProperty({ enum: REFUND_STATUSES }) status!: string;
  @ApiProperty({ type: PaymentFailureDocument, nullable: true }) failure!: PaymentFailureDocument | null;
}

export class RefundDocument
  extends orderDocument(OwnRefundDocument, { statuses: REFUND_STATUSES, party: 'gateway' })
  implements RefundView {}

export class PaymentEventDocument extends timelineDocument({
  type: {
    example: 'payment.processing',
    description: 'Entries about a refund have a type `refund.…` and `data.refund_id`.',
  },
  statuses: PAYMENT_STATUSES,
  party: '`gateway:<name>`',
}) {}
