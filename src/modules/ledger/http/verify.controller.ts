import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  GetOne,
  GetPage,
  IdParam,
  LIST_REFUSALS,
  MerchantId,
  NotFound,
  OperatorOnly,
  OptionalMerchantId,
  type Page,
  PageQuery,
  PageRequest,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { Acknowledgements } from '../domain/acknowledgement.js';
import { LedgerReader } from '../domain/ledger-reader.js';
import { type VerifiedState, VerifyRecord } from '../domain/verify-record.js';
import {
  FindingDocument,
  findingView,
  ListFindingsQuery,
  VerificationDocument,
  VerifyRunDocument,
  verifyRunView,
} from './verify-documents.js';

/** What `verify` has found, as its runs have stored it. Only reads: `verify` runs from the command line. */
@ApiTags('Ledger')
@Controller()
export class VerifyController {
  constructor(
    private readonly record: VerifyRecord,
    private readonly acknowledgements: Acknowledgements,
    private readonly ledger: LedgerReader,
  ) {}

  @GetPage('verify-runs', VerifyRunDocument, {
    operationId: 'listVerifyRuns',
    summary: 'List runs of verify, newest first',
    description: 'These are runs on the command line, of those that recorded their findings.',
    refusals: LIST_REFUSALS,
  })
  @OperatorOnly()
  async listVerifyRuns(@Query() query: PageQuery, @Req() request: FastifyRequest): Promise<Page<VerifyRunDocument>> {
    const page = PageRequest.of(query, request);
    return page.page(await this.record.runs(page), ({ id }) => id, verifyRunView);
  }

  @GetOne('verify-runs/:id', VerifyRunDocument, {
    operationId: 'getVerifyRun',
    summary: 'Read one run of verify',
    description: 'While it is running, what it has found so far.',
  })
  @OperatorOnly()
  async getVerifyRun(@IdParam('id') id: string): Promise<VerifyRunDocument> {
    const run = await this.record.run(id);
    if (run === null) throw new NotFound('There is no such run.');
    return verifyRunView(run);
  }

  @GetPage('findings', FindingDocument, {
    operationId: 'listFindings',
    summary: 'List the findings of verify, newest first',
    description:
      'The findings of the last verification of each book, up to 100 per book, and those that belong to no book. ' +
      'A finding that is found again keeps its id; one that is no longer found is removed. `POST ' +
      '/acknowledgements` takes its `finding`.',
    refusals: LIST_REFUSALS,
  })
  @OperatorOnly()
  async listFindings(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListFindingsQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<FindingDocument>> {
    const page = PageRequest.of(query, request);
    const found = await this.record.findings({ merchantId, isAcknowledged: query.is_acknowledged ?? null }, page);
    const known = await this.acknowledgements.of(found.flatMap(({ evidence }) => evidence ?? []));
    const byEvidence = new Map(known.map((acknowledgement) => [acknowledgement.evidence, acknowledgement]));
    return page.page(
      found,
      ({ id }) => id,
      (finding) => findingView(finding, byEvidence.get(finding.evidence ?? '') ?? null),
    );
  }

  @Get('ledger/verification')
  @ApiOperation({
    operationId: 'getVerification',
    summary: 'Read when the book was last verified, and its head',
    description: 'Shows only how many findings there are; operators can read the findings themselves.',
  })
  @ApiOkResponse({ type: VerificationDocument })
  @ProblemResponses(ValidationFailed, NotFound)
  async getVerification(@MerchantId('book') merchantId: string): Promise<VerificationDocument> {
    const [last, book] = await Promise.all([this.record.lastOf(merchantId), this.ledger.overTime(merchantId, [])]);
    if (book === null) throw new NotFound('There is no such merchant.');
    return {
      merchant_id: merchantId,
      status: statusOf(last),
      verified_at: last?.verifiedAt.toISOString() ?? null,
      verified_head: last?.head ?? null,
      unread_transactions: last?.unread ?? 0,
      findings: last?.findings ?? 0,
      acknowledged: last?.acknowledged ?? 0,
      head: `${book.head.seq}:${book.head.hash}`,
    };
  }
}

function statusOf(last: VerifiedState | null): VerificationDocument['status'] {
  if (last === null) return 'never';
  return last.findings === 0 ? 'ok' : 'wrong';
}
