import { Controller } from '@nestjs/common';
import {
  ApiTags,
  ownerOf,
  PostCancellation,
  Resource,
  type ResourceRequest,
} from '../../../platform/http/http.public.js';
import { MerchantInactive } from '../../merchants/merchants.public.js';
import { CancelPayout } from '../application/cancel-payout.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import { SubmissionsStopped } from '../../gateways/gateways.public.js';
import { InvalidTransition } from '../domain/payout-status.js';
import { PayoutNotAsRequested } from '../domain/refusals.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PayoutDocument } from './payout-documents.js';

@ApiTags('Payouts')
@Controller('payouts')
export class CancelPayoutController {
  constructor(
    private readonly cancelPayout: CancelPayout,
    private readonly payouts: PayoutReader,
  ) {}

  @PostCancellation(PayoutDocument, {
    operationId: 'cancelPayout',
    summary: 'Cancel a payout that no bank has',
    description: 'The amount becomes available again. Cancelling a payout that is already `cancelled` changes nothing.',
    refusals: [MerchantInactive, InvalidTransition, PayoutNotAsRequested, SubmissionsStopped],
  })
  async cancel(@Resource('payout') payout: ResourceRequest): Promise<PayoutView> {
    const { id, caller, by } = payout;
    const merchantId = await ownerOf(payout, this.payouts);
    return payoutView(await this.cancelPayout.execute({ merchantId, id, ...by }), caller.kind);
  }
}
