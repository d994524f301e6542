import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AdministrationDisabled } from '../../../platform/database/database.public.js';
import {
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiTags,
  LIST_REFUSALS,
  NotFound,
  OperatorOnly,
  OptionalMerchantId,
  type Page,
  PageRequest,
  ProblemResponses,
  RequestedBy,
  type Requester,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { AcknowledgeFinding } from '../application/acknowledge-finding.js';
import { Acknowledgements } from '../domain/acknowledgement.js';
import { VerifyRecord } from '../domain/verify-record.js';
import {
  AcknowledgeFindingBody,
  AcknowledgementDocument,
  acknowledgementView,
  ListAcknowledgementsQuery,
} from './acknowledgement-documents.js';

/** Findings of `verify` that a person has judged. */
@ApiTags('Ledger')
@OperatorOnly()
@Controller('acknowledgements')
export class AcknowledgementsController {
  constructor(
    private readonly acknowledgeFinding: AcknowledgeFinding,
    private readonly acknowledgements: Acknowledgements,
    private readonly record: VerifyRecord,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'acknowledgeFinding',
    summary: 'Acknowledge a finding of verify',
    description:
      'From then on the finding is shown as acknowledged and no longer counts as wrong, until anything in its ' +
      'evidence changes. Only findings about what a bank, a provider or a callback has said can be acknowledged. ' +
      'Acknowledging it again keeps the first acknowledgement. If no merchant is named, the finding is looked ' +
      'for among those that verify prints under “in no book”.',
  })
  @ApiOkResponse({ type: AcknowledgementDocument })
  @ProblemResponses(ValidationFailed, NotFound, AdministrationDisabled)
  async acknowledge(
    @RequestedBy() { actor }: Requester,
    @OptionalMerchantId('finding') merchantId: string | null,
    @Body() { finding: evidence, reason }: AcknowledgeFindingBody,
  ): Promise<AcknowledgementDocument> {
    const within = merchantId === null ? 'no_book' : { merchantId };
    const { acknowledgement } = await this.acknowledgeFinding.execute({ within, evidence, reason, actor });
    const [shown] = await this.record.withParticulars([acknowledgement]);
    return acknowledgementView(shown!);
  }

  @Get()
  @ApiOperation({
    operationId: 'listAcknowledgements',
    summary: 'List acknowledged findings, newest first',
    description: 'Lists those of the merchant’s book. An operator who names no merchant sees all of them.',
  })
  @ApiPage(AcknowledgementDocument)
  @ProblemResponses(...LIST_REFUSALS)
  async list(
    @OptionalMerchantId() merchantId: string | null,
    @Query() query: ListAcknowledgementsQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<AcknowledgementDocument>> {
    const page = PageRequest.of(query, request);
    const listed = await this.record.withParticulars(await this.acknowledgements.list(merchantId, page));
    return page.page(listed, ({ id }) => id, acknowledgementView);
  }
}
