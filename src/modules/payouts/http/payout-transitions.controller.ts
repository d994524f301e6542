import { Body, Controller, Delete, HttpCode, Query } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOperation,
  ApiTags,
  NotFound,
  OperatorOnly,
  ownerOf,
  PatchByHand,
  PostInquiry,
  ProblemResponses,
  Resource,
  type ResourceRequest,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { BankAccountInactive, MerchantInactive } from '../../merchants/merchants.public.js';
import { ArchivePayout } from '../application/archive-payout.js';
import { InquirePayout } from '../application/inquire-payout.js';
import { TransitionPayout } from '../application/transition-payout.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { BankHasIt, PayoutNotAsRequested } from '../domain/refusals.js';
import { InvalidTransition } from '../domain/payout-status.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PayoutDocument } from './payout-documents.js';
import { ArchivePayoutQuery, DecidePayoutBody } from './payout-requests.js';

/** What only operators may do to a payout. The timeline records each change, who made it and why. */
@ApiTags('Payouts')
@OperatorOnly()
@Controller('payouts')
export class PayoutTransitionsController {
  constructor(
    private readonly transitionPayout: TransitionPayout,
    private readonly archivePayout: ArchivePayout,
    private readonly inquirePayout: InquirePayout,
    private readonly payouts: PayoutReader,
  ) {}

  @PatchByHand(PayoutDocument, {
    operationId: 'decidePayout',
    summary: 'Change the status of a payout by hand',
    description:
      '`processing` submits it now, unless the merchant or the bank account is inactive. `cancelled` cancels it. ' +
      '`completed` requires the UTR. `failed` asks the bank first, and is refused while the bank reports the ' +
      'payout as paid or in progress.',
    refusals: [MerchantInactive, BankAccountInactive, BankHasIt, PayoutNotAsRequested],
  })
  async transition(@Resource('payout') payout: ResourceRequest, @Body() body: DecidePayoutBody): Promise<PayoutView> {
    const { status, reason } = body;
    const utr = body.utr ?? null;
    if ((status === 'completed') !== (utr !== null)) {
      const detail =
        status === 'completed'
          ? 'utr is required to complete a payout.'
          : 'utr is allowed only with the status completed.';
      throw new ValidationFailed([{ pointer: '#/utr', detail }]);
    }
    const merchantId = await ownerOf(payout, this.payouts);
    const command = { merchantId, id: payout.id, ...payout.by, status, reason, utr };
    return payoutView(await this.transitionPayout.execute(command), 'operator');
  }

  @PostInquiry(PayoutDocument, {
    operationId: 'inquirePayout',
    party: 'bank',
    of: 'a payout',
    ended: 'This also works after a payout has ended, because its money may have come back.',
  })
  async inquire(@Resource('payout') { merchantId, id, by }: ResourceRequest): Promise<PayoutView> {
    return payoutView(await this.inquirePayout.execute(merchantId, id, by.origin), 'operator');
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'archivePayout',
    summary: 'Archive a payout, so that lists no longer show it',
    description:
      'A pending payout is cancelled first. The payout can still be read by its id, and nothing is removed from ' +
      'the ledger.',
  })
  @ApiNoContentResponse()
  @ProblemResponses(NotFound, InvalidTransition, PayoutNotAsRequested, Overloaded)
  async archive(@Resource() payout: ResourceRequest, @Query() query: ArchivePayoutQuery): Promise<void> {
    const { id, by } = payout;
    const merchantId = await ownerOf(payout, this.payouts);
    await this.archivePayout.execute({ merchantId, id, reason: query.reason ?? null, ...by });
  }
}
