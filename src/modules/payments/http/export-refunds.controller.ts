import { Controller } from '@nestjs/common';
import { ApiTags, type CsvColumns, exportController, Rupees } from '../../../platform/http/http.public.js';
import { type RefundView, refundView } from '../application/refund-view.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { refundFilterOf } from './payment-filters.js';
import { RefundFilterQuery } from './payment-requests.js';

/** `amount` is in minor units of the currency. */
const COLUMNS: CsvColumns<RefundView> = {
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
  query: RefundFilterQuery,
  filterOf: refundFilterOf,
  count: (payments, ...asked) => payments.countRefunds(...asked),
  read: (payments, ...asked) => payments.listRefunds(...asked),
  viewOf: (refund) => refundView(refund, refund, 'merchant'),
  columns: COLUMNS,
}) {}
