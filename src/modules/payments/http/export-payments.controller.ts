import { Controller } from '@nestjs/common';
import { ApiTags, type CsvColumns, exportController, Rupees } from '../../../platform/http/http.public.js';
import { type PaymentView, paymentView } from '../application/payment-view.js';
import { type RefundView, refundView } from '../application/refund-view.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { paymentFilterOf, refundFilterOf } from './payment-filters.js';
import { PaymentFilterQuery, RefundFilterQuery } from './payment-requests.js';

const rupeesOf = (paise: number | undefined): Rupees | null => (paise === undefined ? null : new Rupees(paise));

/** `amount` is in minor units of the currency. */
const PAYMENT_COLUMNS: CsvColumns<PaymentView> = {
  id: ({ id }) => id,
  created_at: ({ created_at: at }) => at,
  status: ({ status }) => status,
  amount: ({ amount }) => amount,
  currency: ({ currency }) => currency,
  rate: ({ receipt }) => receipt?.rate ?? null,
  gross_inr: ({ receipt }) => rupeesOf(receipt?.gross_paise),
  fee_inr: ({ receipt }) => rupeesOf(receipt?.fee_paise),
  tax_inr: ({ receipt }) => rupeesOf(receipt?.tax_paise),
  credited_inr: ({ receipt }) => rupeesOf(receipt?.credited_paise),
  credited_paise: ({ receipt }) => receipt?.credited_paise ?? null,
  refunded_inr: ({ refunded_paise: paise }) => new Rupees(paise),
  customer_name: ({ customer }) => customer?.name ?? null,
  customer_email: ({ customer }) => customer?.email ?? null,
  description: ({ description }) => description,
  reference_id: ({ reference_id: reference }) => reference,
  purpose_code: ({ purpose_code: code }) => code,
  failure_code: ({ failure }) => failure?.code ?? null,
  failure_reason: ({ failure }) => failure?.reason ?? null,
  needs_attention: ({ needs_attention: needs }) => needs,
  updated_at: ({ updated_at: at }) => at,
  merchant_id: ({ merchant_id: id }) => id,
};

@ApiTags('Payments')
@Controller('exports/payments')
export class ExportPaymentsController extends exportController(PaymentReader, {
  name: 'payments',
  operationIds: ['exportPayments', 'downloadPayments'],
  listOf: (payments) => payments.list,
  query: PaymentFilterQuery,
  filterOf: paymentFilterOf,
  viewOf: (payment) => paymentView(payment, 'merchant'),
  columns: PAYMENT_COLUMNS,
}) {}

/** `amount` is in minor units of the currency. */
const REFUND_COLUMNS: CsvColumns<RefundView> = {
  id: ({ id }) => id,
  created_at: ({ created_at: at }) => at,
  status: ({ status }) => status,
  amount: ({ amount }) => amount,
  currency: ({ currency }) => currency,
  amount_inr: ({ amount_paise: paise }) => new Rupees(paise),
  amount_paise: ({ amount_paise: paise }) => paise,
  returned_fee_inr: ({ returned_fee_paise: paise }) => new Rupees(paise),
  failure_code: ({ failure }) => failure?.code ?? null,
  failure_reason: ({ failure }) => failure?.reason ?? null,
  needs_attention: ({ needs_attention: needs }) => needs,
  updated_at: ({ updated_at: at }) => at,
  payment_id: ({ payment_id: id }) => id,
  merchant_id: ({ merchant_id: id }) => id,
};

@ApiTags('Refunds')
@Controller('exports/refunds')
export class ExportRefundsController extends exportController(PaymentReader, {
  name: 'refunds',
  operationIds: ['exportRefunds', 'downloadRefunds'],
  listOf: (payments) => payments.refundList,
  query: RefundFilterQuery,
  filterOf: refundFilterOf,
  viewOf: (refund) => refundView(refund, refund, 'merchant'),
  columns: REFUND_COLUMNS,
}) {}
