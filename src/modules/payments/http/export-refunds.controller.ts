import { Controller, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ApiTags,
  type CsvColumns,
  type ExportDocument,
  type ExportedList,
  Exports,
  GetExport,
  OptionalMerchantId,
  PostExport,
  Rupees,
} from '../../../platform/http/http.public.js';
import { type RefundView, refundView } from '../application/refund-view.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { refundFilterOf } from './payment-filters.js';
import { ExportRefundsQuery, RefundFilterQuery } from './payment-requests.js';

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
export class ExportRefundsController {
  constructor(
    private readonly payments: PaymentReader,
    private readonly exports: Exports,
  ) {}

  @PostExport({ operationId: 'exportRefunds', of: 'refunds' })
  offer(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: RefundFilterQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportDocument> {
    return this.exports.offer(reply, merchantId, this.listOf(merchantId, query));
  }

  @GetExport({ operationId: 'downloadRefunds', of: 'refunds' })
  send(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ExportRefundsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.send(reply, this.listOf(merchantId, query));
  }

  private listOf(merchantId: string | null, query: RefundFilterQuery): ExportedList<RefundView> {
    const filter = refundFilterOf(merchantId, query);
    return {
      name: 'refunds',
      columns: COLUMNS,
      count: (upTo, askedBy) => this.payments.countRefunds(filter, upTo, askedBy),
      read: async (slice) =>
        (await this.payments.listRefunds(filter, slice)).map((refund) => refundView(refund, refund, 'merchant')),
      keyOf: ({ id }) => id,
    };
  }
}
