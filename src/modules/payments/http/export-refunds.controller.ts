import { Controller, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ApiTags,
  askerOf,
  type CsvColumns,
  ExportDocument,
  Exports,
  GetExport,
  keysetPages,
  MAX_EXPORTED,
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
  async offer(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: RefundFilterQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportDocument> {
    const filter = refundFilterOf(merchantId, query);
    const rows = await this.payments.countRefunds(filter, MAX_EXPORTED + 1, askerOf(reply.request.principal));
    return this.exports.offer(reply, 'refunds', merchantId, rows);
  }

  @GetExport({ operationId: 'downloadRefunds', of: 'refunds' })
  async send(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ExportRefundsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const filter = refundFilterOf(merchantId, query);
    const read = async (slice: Parameters<PaymentReader['list']>[1]) =>
      (await this.payments.listRefunds(filter, slice)).map((refund) => refundView(refund, refund, 'merchant'));
    const pages = keysetPages(reply.request, read, ({ id }) => id);
    await this.exports.send(reply, 'refunds', COLUMNS, pages);
  }
}
