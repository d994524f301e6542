import type { BoundedCount } from '../../../shared/bounded-count.js';
import { DueOrders } from '../../../shared/submissions/due-orders.js';
import type { DueSubmission, WaitingSubmission } from '../../../shared/submissions/due-submission.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import type { PayoutEvent, PayoutState } from './payout-state.js';
import { found } from '../../../shared/found.js';
import { PayoutNotFound } from './refusals.js';
import type { TransferMode } from '../../gateways/gateways.language.js';
import type { PayoutStatus } from './payout-status.js';

export interface PayoutFilter {
  /** Null: every merchant's, for operators. */
  readonly merchantId: string | null;
  /** One alone; null: any. */
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
  /** @param merchantId null: whoever's it is, for operators */
  abstract find(merchantId: string | null, id: string): Promise<PayoutState | null>;

  /** @throws PayoutNotFound */
  async get(merchantId: string | null, id: string): Promise<PayoutState> {
    return found(await this.find(merchantId, id), PayoutNotFound);
  }

  abstract list(filter: PayoutFilter, slice: Slice): Promise<PayoutState[]>;
  /** How many there are, or `upTo` where there are more. */
  abstract count(filter: PayoutFilter, upTo: number, askedBy: string): Promise<number>;
  /** The same of each filter, all of one moment, and of so many at most: no more are looked at. */
  abstract countAmong(filters: readonly PayoutFilter[], upTo: number, askedBy: string): Promise<BoundedCount[]>;
  /** A page of it, the oldest first. */
  abstract timeline(merchantId: string, id: string, slice: Slice): Promise<TimelineRow<PayoutStatus>[]>;
  /** When each of them last came to need attention, and why; null where its timeline does not say. */
  abstract attention(payouts: readonly Pick<PayoutState, 'merchantId' | 'id'>[]): Promise<(PayoutEvent | null)[]>;
  /** What has to do with these attempts, both included, and where the next one begins. */
  abstract attempts(merchantId: string, id: string, from: number, to: number): Promise<PayoutEvent[]>;
}
