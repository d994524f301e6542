import type {
  DueSubmission,
  SweepPosition,
  WaitingOrders,
  WaitingPlaces,
  WaitingSubmission,
} from '../../../shared/due-submission.js';
import type { TimelineRow } from '../../../shared/timeline.js';
import type { Slice } from '../../../shared/slice.js';
import type { LongestPlan, NextStep } from '../../../shared/submission.js';
import type { WaitingFor } from '../../../shared/waiting.js';
import type { PayoutEvent, PayoutState } from './payout-state.js';
import { found } from '../../../shared/found.js';
import { PayoutNotFound } from './refusals.js';
import type { TransferMode } from '../../gateways/gateways.language.js';
import type { PayoutStatus } from './payout-status.js';

export interface PayoutFilter {
  /** Null: every merchant's, for operators. */
  readonly merchantId: string | null;
  readonly status: PayoutStatus | null;
  readonly bankAccountId: string | null;
  readonly referenceId: string | null;
  readonly utr: string | null;
  readonly needsAttention: boolean | null;
  readonly waitingFor: WaitingFor | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
  readonly includeArchived: boolean;
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
export abstract class PayoutReader {
  /** @param merchantId null: whoever's it is, for operators */
  abstract find(merchantId: string | null, id: string): Promise<PayoutState | null>;

  /** @throws PayoutNotFound */
  async get(merchantId: string | null, id: string): Promise<PayoutState> {
    return found(await this.find(merchantId, id), PayoutNotFound);
  }

  abstract list(filter: PayoutFilter, slice: Slice): Promise<PayoutState[]>;
  /** A page of it, the oldest first. */
  abstract timeline(merchantId: string, id: string, slice: Slice): Promise<TimelineRow<PayoutStatus>[]>;
  /** What has to do with these attempts, both included, and where the next one begins. */
  abstract attempts(merchantId: string, id: string, from: number, to: number): Promise<PayoutEvent[]>;
  /**
   * Open payouts whose next step is this one and was due before the database's now, the longest overdue first.
   * @param after where the last sweep ended, or null to begin with the longest overdue
   */
  abstract due(step: NextStep, limit: number, after: SweepPosition | null): Promise<DueSubmission[]>;
  /**
   * Open payouts whose next step lies further ahead than anything is planned.
   * @param after where the last sweep ended, or null to begin with the next one
   */
  abstract misdated(limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<DueSubmission[]>;
  /** Payouts that wait, the oldest first. @param after the id of the last one that was read, or null */
  abstract waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<WaitingPayout[]>;
  /** At which gateways any of them wait for one that does not answer, each combination once. */
  abstract waitingPlaces(): Promise<WaitingPlaces>;
  /** Those that wait at one of these, the oldest first. @param after as above */
  abstract waitingAt(places: WaitingPlaces, limit: number, after: string | null): Promise<WaitingPayout[]>;
}
