import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiTags,
  LIST_REFUSALS,
  MerchantId,
  NotFound,
  type Page,
  PageRequest,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { LedgerReader } from '../domain/ledger-reader.js';
import { BalanceDocument, BalanceQuery, EntryDocument, entryView, LedgerQuery } from './ledger-documents.js';

/** A line of the ledger is known by `seq:account`. */
const isLineKey = (text: string): boolean => /^\d{1,15}:[a-z_]{1,10}$/.test(text);

/** Where a merchant's money is, and how it got there. Reads only: money moves through payouts. */
@ApiTags('Ledger')
@Controller()
export class LedgerController {
  constructor(private readonly ledger: LedgerReader) {}

  @Get('balance')
  @ApiOperation({
    operationId: 'getBalance',
    summary: 'Read the balance',
    description: 'Both amounts together are `total_paise`. They are the ledger’s, at this moment.',
  })
  @ApiOkResponse({ type: BalanceDocument })
  @ProblemResponses(ValidationFailed, NotFound)
  async balance(@MerchantId() merchantId: string, @Query() _query: BalanceQuery): Promise<BalanceDocument> {
    const balances = await this.ledger.balances(merchantId);
    if (balances === null) throw new NotFound('There is no such merchant.');
    const { availablePaise, heldPaise } = balances;
    return {
      merchant_id: merchantId,
      currency: 'INR',
      available_paise: availablePaise,
      held_paise: heldPaise,
      total_paise: availablePaise + heldPaise,
    };
  }

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
