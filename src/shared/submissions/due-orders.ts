import type {
  DueSubmission,
  SweepPosition,
  WaitingOrders,
  WaitingPlaces,
  WaitingSubmission,
} from './due-submission.js';
import type { LongestPlan, NextStep } from './submission.js';

/** The reads of open orders that sweeps need, for every kind of order. */
export abstract class DueOrders<Due extends DueSubmission, Waiting extends WaitingSubmission> {
  /**
   * Orders that have this next step and are overdue by the database's clock, the longest overdue first.
   * @param after where the last sweep ended, or null to begin with the longest overdue
   */
  abstract due(step: NextStep, limit: number, after: SweepPosition | null): Promise<Due[]>;
  /**
   * Orders whose next step is dated further ahead than anything is ever planned.
   * @param after where the last sweep ended, or null to begin with the earliest date
   */
  abstract misdated(limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<Due[]>;
  /** Orders that wait, the oldest first. @param after the id of the last one that was read, or null */
  abstract waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<Waiting[]>;
  /** The gateways at which orders wait because a gateway does not answer, each combination once. */
  abstract waitingPlaces(): Promise<WaitingPlaces>;
  /** Orders that wait at one of these places, the oldest first. @param after as above */
  abstract waitingAt(places: WaitingPlaces, limit: number, after: string | null): Promise<Waiting[]>;
}
