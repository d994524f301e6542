import { Controller } from '@nestjs/common';
import {
  ApiTags,
  bookExportController,
  type CsvColumns,
  type ExportedList,
  Exports,
  NotFound,
  Rupees,
} from '../../../platform/http/http.public.js';
import { Statements } from '../application/statements.js';
import { LedgerReader, type StatementLine } from '../domain/ledger-reader.js';
import { periodOf, StatementQuery } from './ledger-documents.js';

const COLUMNS: CsvColumns<StatementLine> = {
  seq: ({ seq }) => seq,
  created_at: ({ createdAt }) => createdAt.toISOString(),
  account: ({ account }) => account,
  kind: ({ kind }) => kind,
  amount_inr: ({ amountPaise }) => new Rupees(amountPaise),
  balance_after_inr: ({ balanceAfterPaise }) => new Rupees(balanceAfterPaise),
  amount_paise: ({ amountPaise }) => amountPaise,
  balance_after_paise: ({ balanceAfterPaise }) => balanceAfterPaise,
  reference_type: ({ cause }) => cause.type,
  reference_id: ({ cause }) => cause.id,
  reverses_seq: ({ reversesSeq }) => reversesSeq,
  reason: ({ reason }) => reason,
  transaction_id: ({ transactionId }) => transactionId,
};

@ApiTags('Ledger')
@Controller('exports/ledger')
export class ExportLedgerController extends bookExportController<StatementLine, StatementQuery>({
  of: 'ledger entries, oldest first',
  operationIds: ['exportLedger', 'downloadLedger'],
  query: StatementQuery,
}) {
  constructor(
    private readonly ledger: LedgerReader,
    private readonly statements: Statements,
    exports: Exports,
  ) {
    super(exports);
  }

  protected async listOf(merchantId: string, query: StatementQuery): Promise<ExportedList<StatementLine>> {
    const frame = await this.statements.frame(merchantId, periodOf(query));
    if (frame === null) throw new NotFound('There is no such merchant.');
    const account = query.account === 'all' ? null : (query.account ?? 'available');
    const filter = { merchantId, account, afterSeq: frame.opening.seq, upToSeq: frame.closing.seq, cause: null };
    return {
      name: 'ledger',
      columns: COLUMNS,
      order: 'ASC',
      count: (upTo, askedBy) => this.ledger.countLines(filter, upTo, askedBy),
      read: (slice) => this.ledger.statement(filter, slice),
      keyOf: ({ seq, account: of }) => `${seq}:${of}`,
    };
  }
}
