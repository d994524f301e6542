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
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { payoutFilterOf } from './payout-filter.js';
import { ExportPayoutsQuery, PayoutFilterQuery } from './payout-requests.js';

const COLUMNS: CsvColumns<PayoutView> = {
  id: ({ id }) => id,
  created_at: ({ created_at: at }) => at,
  status: ({ status }) => status,
  amount_inr: ({ amount_paise: paise }) => new Rupees(paise),
  amount_paise: ({ amount_paise: paise }) => paise,
  mode: ({ mode }) => mode,
  recipient_name: ({ recipient }) => recipient.name,
  recipient_account_last4: ({ recipient }) => recipient.account_number_last4,
  recipient_ifsc: ({ recipient }) => recipient.ifsc,
  recipient_vpa: ({ recipient }) => recipient.vpa,
  utr: ({ utr }) => utr,
  reference_id: ({ reference_id: reference }) => reference,
  narration: ({ narration }) => narration,
  failure_code: ({ failure }) => failure?.code ?? null,
  failure_reason: ({ failure }) => failure?.reason ?? null,
  needs_attention: ({ needs_attention: needs }) => needs,
  updated_at: ({ updated_at: at }) => at,
  bank_account_id: ({ bank_account_id: id }) => id,
  merchant_id: ({ merchant_id: id }) => id,
};

@ApiTags('Payouts')
@Controller('exports/payouts')
export class ExportPayoutsController {
  constructor(
    private readonly payouts: PayoutReader,
    private readonly exports: Exports,
  ) {}

  @PostExport({ operationId: 'exportPayouts', of: 'payouts' })
  offer(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: PayoutFilterQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportDocument> {
    return this.exports.offer(reply, merchantId, this.listOf(merchantId, query));
  }

  @GetExport({ operationId: 'downloadPayouts', of: 'payouts' })
  send(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ExportPayoutsQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.send(reply, this.listOf(merchantId, query));
  }

  private listOf(merchantId: string | null, query: PayoutFilterQuery): ExportedList<PayoutView> {
    const filter = payoutFilterOf(merchantId, query);
    return {
      name: 'payouts',
      columns: COLUMNS,
      count: (upTo, askedBy) => this.payouts.count(filter, upTo, askedBy),
      read: async (slice) => (await this.payouts.list(filter, slice)).map((state) => payoutView(state, 'merchant')),
      keyOf: ({ id }) => id,
    };
  }
}
