import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiOperation,
  ApiPage,
  ApiTags,
  LIST_REFUSALS,
  MerchantId,
  NotFound,
  PageRequest,
  ProblemResponses,
} from '../../../platform/http/http.public.js';
import { Statements } from '../application/statements.js';
import { LedgerReader } from '../domain/ledger-reader.js';
import { causeOf, EntryDocument, entryView, type LedgerPage, LedgerQuery, periodOf } from './ledger-documents.js';
import { StatementDocument, statementView } from './statement-documents.js';

/** A line of the ledger is identified by `seq:account`. */
const isLineKey = (text: string): boolean => /^\d{1,15}:[a-z_]{1,10}$/.test(text);

/** How a merchant's money got where it is. Only reads: money moves through payouts. */
@ApiTags('Ledger')
@Controller()
export class LedgerController {
  constructor(
    private readonly ledger: LedgerReader,
    private readonly statements: Statements,
  ) {}

  @Get('ledger')
  @ApiOperation({
    operationId: 'listLedgerEntries',
    summary: 'Read a statement: ledger entries between two balances',
    description:
      'Each entry shows its account’s balance after it. Entries never change. `statement` has the balances at ' +
      'the start and the end of the period from `from` to `to`, or of the whole book. For each account, the ' +
      'opening balance plus the amounts of all its entries, on all pages together, is the closing balance.',
  })
  @ApiPage(EntryDocument, {}, { statement: StatementDocument })
  @ProblemResponses(...LIST_REFUSALS, NotFound)
  async entries(
    @MerchantId() merchantId: string,
    @Query() query: LedgerQuery,
    @Req() request: FastifyRequest,
  ): Promise<LedgerPage> {
    const forwards = query.order === 'oldest_first' ? 'ASC' : 'DESC';
    const page = PageRequest.of(query, request, { isKey: isLineKey, forwards });
    const cause = query.cause === undefined ? null : causeOf(query.cause);
    const wanted = query.account ?? (cause === null ? 'available' : 'all');
    const account = wanted === 'all' ? null : wanted;
    const frame = await this.statements.frame(merchantId, periodOf(query));
    if (frame === null) throw new NotFound('There is no such merchant.');
    const filter = { merchantId, account, afterSeq: frame.opening.seq, upToSeq: frame.closing.seq, cause };
    const lines = await this.ledger.statement(filter, page);
    return {
      ...page.page(lines, (line) => `${line.seq}:${line.account}`, entryView),
      statement: cause === null ? statementView(frame, account) : null,
    };
  }
}
