import type {
  DueSubmission,
  SweepPosition,
  WaitingOrders,
  WaitingPlaces,
  WaitingSubmission,
} from './due-submission.js';
import type { LongestPlan, NextStep } from './submission.js';

/** Reads of open orders that sweeps need, whatever kind they are. */
export abstract class DueOrders<Due extends DueSubmission, Waiting extends WaitingSubmission> {
  /**
   * Those whose next step is this one and was due before the database's now, the longest overdue first.
   * @param after where the last sweep ended, or null to begin with the longest overdue
   */
  abstract due(step: NextStep, limit: number, after: SweepPosition | null): Promise<Due[]>;
  /**
   * Those whose next step lies further ahead than anything is planned.
   * @param after where the last sweep ended, or null to begin with the next one
   */
  abstract misdated(limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<Due[]>;
  /** Those that wait, the oldest first. @param after the id of the last one that was read, or null */
  abstract waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<Waiting[]>;
  /** At which gateways any of them wait for one that does not answer, each combination once. */
  abstract waitingPlaces(): Promise<WaitingPlaces>;
  /** Those that wait at one of these, the oldest first. @param after as above */
  abstract waitingAt(places: WaitingPlaces, limit: number, after: string | null): Promise<Waiting[]>;
}
