import { Controller } from '@nestjs/common';
import { ApiTags } from '../../../platform/http/http.public.js';
import { timelineController } from '../../../platform/orders/orders.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { PAYOUT_ATTEMPTS, PayoutAttemptDocument } from './attempt-documents.js';
import { PayoutEventDocument } from './payout-documents.js';

/** The timelines and attempts of payouts, page by page. */
@ApiTags('Payouts')
@Controller('payouts')
export class PayoutTimelinesController extends timelineController(PayoutReader, {
  events: { operationId: 'listPayoutEvents', document: PayoutEventDocument, of: 'a payout' },
  attempts: { operationId: 'listPayoutAttempts', document: PayoutAttemptDocument, of: 'a payout' },
  besides: PAYOUT_ATTEMPTS,
  find: async (payouts, owner, id) => {
    const payout = await payouts.get(owner, id);
    const { merchantId } = payout;
    return {
      ...payout,
      timeline: (slice) => payouts.timeline(merchantId, id, slice),
      entries: (from, to) => payouts.attempts(merchantId, id, from, to),
    };
  },
}) {}
