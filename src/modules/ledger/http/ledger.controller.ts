import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiOperation,
  ApiPage,
  ApiTags,
  LIST_REFUSALS,
  MerchantId,
  NotFound,
  type Page,
  PageRequest,
  ProblemResponses,
} from '../../../platform/http/http.public.js';
import { LedgerReader } from '../domain/ledger-reader.js';
import { EntryDocument, entryView, LedgerQuery } from './ledger-documents.js';

/** A line of the ledger is known by `seq:account`. */
const isLineKey = (text: string): boolean => /^\d{1,15}:[a-z_]{1,10}$/.test(text);

/** How a merchant's money got where it is. Reads only: money moves through payouts. */
@ApiTags('Ledger')
@Controller()
export class LedgerController {
  constructor(private readonly ledger: LedgerReader) {}

  @Get('ledger')
  @ApiOperation({
    operationId: 'listLedgerEntries',
    summary: 'List ledger entries, the newest first',
    description: 'Each entry shows its account’s balance after it. Entries never change.',
  })
  @ApiPage(EntryDocument)
  @ProblemResponses(...LIST_REFUSALS, NotFound)
  async entries(
    @MerchantId() merchantId: string,
    @Query() query: LedgerQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<EntryDocument>> {
    const page = PageRequest.of(query, request, isLineKey);
    const account = query.account === 'all' ? null : (query.account ?? 'available');
    if ((await this.ledger.balances(merchantId)) === null) throw new NotFound('There is no such merchant.');
    const lines = await this.ledger.statement(merchantId, account, page);
    return page.page(lines, (line) => `${line.seq}:${line.account}`, entryView);
  }
}
