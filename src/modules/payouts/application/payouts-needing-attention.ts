import { Injectable } from '@nestjs/common';
import { attentionOf, type NeedsPerson } from '../../../shared/submissions/attention.js';
import type { Slice } from '../../../shared/slice.js';
import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { allowedStatuses } from '../domain/payout-status.js';

const NOTHING_ELSE = {
  status: null,
  bankAccountId: null,
  referenceId: null,
  utr: null,
  waitingFor: null,
  createdFrom: null,
  createdTo: null,
  includeArchived: false,
  minAmountPaise: null,
  maxAmountPaise: null,
} as const;

/** Payouts that need a person. */
@Injectable()
export class PayoutsNeedingAttention {
  constructor(private readonly payouts: PayoutReader) {}

  /** @param merchantId null: payouts of all merchants, for operators @throws TooManyConcurrentRequests, ListTooSlow */
  async read(merchantId: string | null, slice: Slice, reader: ReaderKind): Promise<NeedsPerson[]> {
    const found = await this.payouts.list.page({ ...NOTHING_ELSE, merchantId, needsAttention: true }, slice);
    const raised = await this.payouts.attention(found);
    return found.map((payout, i) => ({
      type: 'payout',
      id: payout.id,
      paymentId: null,
      merchantId: payout.merchantId,
      status: payout.status,
      amount: payout.amount.paise,
      currency: 'INR',
      amountPaise: payout.amount.paise,
      gateway: payout.gateway,
      attempts: payout.attempts,
      ...attentionOf(payout, raised[i]!, payout.bankDisagrees),
      allowed: allowedStatuses(reader, payout.status),
      revision: payout.revision,
      createdAt: payout.createdAt,
      updatedAt: payout.updatedAt,
    }));
  }
}
