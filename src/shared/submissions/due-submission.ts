import type { Origin } from '../origin.js';
import type { Waiting, WaitingFor } from './waiting.js';

/** An open order whose next step may be taken. */
export interface DueSubmission {
  readonly merchantId: string;
  readonly id: string;
  readonly attempts: number;
  /** To the microsecond, in ISO 8601: a `Date` has milliseconds, and of rows within one some would be skipped. */
  readonly dueAt: string;
  /** The request that it goes back to, as long as that is remembered. */
  readonly origin: Origin | null;
}

/** An open order that is due for submission and waits. */
export interface WaitingSubmission extends DueSubmission, Waiting {
  readonly waitingFor: WaitingFor;
}

/** Where a sweep ended. */
export type SweepPosition = Pick<DueSubmission, 'dueAt' | 'id'>;

/** Which of the orders that wait: for one of these, and of one merchant or of all. */
export interface WaitingOrders {
  readonly for: readonly WaitingFor[];
  readonly merchantId: string | null;
}

/** Where orders wait of which that is not written down: a version without the column has let them wait. */
export const PLACE_UNKNOWN = '';

/** Which of the orders that wait for a gateway that does not answer: at these, or at {@link PLACE_UNKNOWN}. */
export type WaitingPlaces = readonly string[];
