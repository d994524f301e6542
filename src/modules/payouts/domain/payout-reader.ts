import type { OrderList } from '../../../shared/order-list.js';
import { DueOrders } from '../../../shared/submissions/due-orders.js';
import type { DueSubmission, WaitingSubmission } from '../../../shared/submissions/due-submission.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import type { PayoutEvent, PayoutState } from './payout-state.js';
import { foundOrThrow } from '../../../shared/found-or-throw.js';
import { PayoutNotFound } from './refusals.js';
import type { TransferMode } from '../../gateways/gateways.language.js';
import type { PayoutStatus } from './payout-status.js';

export interface PayoutFilter {
  /** Null: the payouts of all merchants, for operators. */
  readonly merchantId: string | null;
  /** Only this payout; null: any. */
  readonly id?: string | null;
  readonly status: PayoutStatus | null;
  readonly bankAccountId: string | null;
  readonly referenceId: string | null;
  readonly utr: string | null;
  readonly needsAttention: boolean | null;
  readonly waitingFor: WaitingFor | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
  readonly includeArchived: boolean;
  readonly minAmountPaise: bigint | null;
  readonly maxAmountPaise: bigint | null;
}

/** A payout that waits, with what decides which banks may take it. */
export interface WaitingPayout extends WaitingSubmission {
  /** Null: no bank has it yet. */
  readonly gateway: string | null;
  readonly mode: TransferMode;
  readonly amountPaise: bigint;
  readonly ifsc: string | null;
}

/** Ordinary reads of payouts, outside the write path. */
export abstract class PayoutReader extends DueOrders<DueSubmission, WaitingPayout> {
  /** @param merchantId null: any merchant's payout, for operators */
  abstract find(merchantId: string | null, id: string): Promise<PayoutState | null>;

  /** @throws PayoutNotFound */
  async get(merchantId: string | null, id: string): Promise<PayoutState> {
    return foundOrThrow(await this.find(merchantId, id), PayoutNotFound);
  }

  abstract readonly list: OrderList<PayoutFilter, PayoutState>;
  /** A page of the timeline, the oldest entry first. */
  abstract timeline(merchantId: string, id: string, slice: Slice): Promise<TimelineRow<PayoutStatus>[]>;
  /** The entry that says when and why each payout last came to need attention; null if its timeline has none. */
  abstract attention(payouts: readonly Pick<PayoutState, 'merchantId' | 'id'>[]): Promise<(PayoutEvent | null)[]>;
  /** The entries about these attempts, both included, and the entry with which the next attempt begins. */
  abstract attempts(merchantId: string, id: string, from: number, to: number): Promise<PayoutEvent[]>;
}
