import { Controller } from '@nestjs/common';
import { ApiTags, type CsvColumns, exportController, Rupees } from '../../../platform/http/http.public.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { payoutFilterOf } from './payout-filter.js';
import { PayoutFilterQuery } from './payout-requests.js';

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
export class ExportPayoutsController extends exportController(PayoutReader, {
  name: 'payouts',
  operationIds: ['exportPayouts', 'downloadPayouts'],
  listOf: (payouts) => payouts.list,
  query: PayoutFilterQuery,
  filterOf: payoutFilterOf,
  viewOf: (payout) => payoutView(payout, 'merchant'),
  columns: COLUMNS,
}) {}
