import type { Origin } from '../origin.js';
import type { Waiting, WaitingFor } from './waiting.js';

/** An open order whose next step may be taken. */
export interface DueSubmission {
  readonly merchantId: string;
  readonly id: string;
  readonly attempts: number;
  /**
   * ISO 8601 with microseconds: a `Date` has only milliseconds, so rows within the same millisecond would be skipped.
   */
  readonly dueAt: string;
  /** The request that it goes back to, while that is still stored. */
  readonly origin: Origin | null;
}

/** An open order that is due for submission and waits. */
export interface WaitingSubmission extends DueSubmission, Waiting {
  readonly waitingFor: WaitingFor;
}

/** Where a sweep ended. */
export type SweepPosition = Pick<DueSubmission, 'dueAt' | 'id'>;

/** Selects waiting orders: those that wait for one of these reasons, of one merchant or of all. */
export interface WaitingOrders {
  readonly for: readonly WaitingFor[];
  readonly merchantId: string | null;
}

/** Stands for orders whose place of waiting was not recorded, because a version without the column let them wait. */
export const PLACE_UNKNOWN = '';

/** Selects the orders that wait for a gateway that does not answer: at these gateways, or at {@link PLACE_UNKNOWN}. */
export type WaitingPlaces = readonly string[];
