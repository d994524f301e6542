import { Controller, Get, Query } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  MerchantId,
  NotFound,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { LedgerReader } from '../domain/ledger-reader.js';
import { BalanceDocument, BalanceQuery, balanceView } from './balance-documents.js';

/** Times have milliseconds: what is dated at a moment or earlier is dated before the next one. */
const nextMoment = (moment: Date): Date => new Date(moment.getTime() + 1);

/** How much money a merchant has, and had. */
@ApiTags('Ledger')
@Controller('balance')
export class BalanceController {
  constructor(private readonly ledger: LedgerReader) {}

  @Get()
  @ApiOperation({
    operationId: 'getBalance',
    summary: 'Read the balance, of now or of an earlier instant',
    description:
      'Both amounts together are `total_paise`. They are the ledger’s, by one and the same last transaction (`seq`). What ' +
      'is being committed at `as_of` may be dated before it all the same; from a few seconds ago on, the balance of an ' +
      'instant stays as it is.',
  })
  @ApiOkResponse({ type: BalanceDocument })
  @ProblemResponses(ValidationFailed, NotFound)
  async balance(@MerchantId() merchantId: string, @Query() { as_of: asOf }: BalanceQuery): Promise<BalanceDocument> {
    const book = await this.ledger.overTime(merchantId, asOf === undefined ? [] : [nextMoment(asOf)]);
    if (book === null) throw new NotFound('There is no such merchant.');
    const [then] = book.before;
    if (asOf === undefined || then === undefined) return balanceView(merchantId, book.readAt, book.now);
    if (asOf > book.readAt)
      throw new ValidationFailed([{ pointer: '#/query/as_of', detail: 'as_of must not be in the future.' }]);
    return balanceView(merchantId, asOf, then);
  }
}
