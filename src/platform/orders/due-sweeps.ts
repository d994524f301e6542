import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { DueSubmission, SweepPosition, WaitingOrders } from '../../shared/submissions/due-submission.js';
import type { LongestPlan, NextStep } from '../../shared/submissions/submission.js';
import { WAITING_FOR } from '../../shared/submissions/waiting.js';
import { ProcessRole } from '../config/process-role.js';
import { type Job, JobQueues } from '../queue/job-queues.js';
import { Sweep, type SweptSource } from '../queue/sweep.js';

/** Only after a clock was set back is there anything. */
const MISDATED_SWEEP_MS = 5_000;

/** What waits for something is woken when that ends. This is for wakes that were lost: rarely, and some at a time. */
const WAITING_SWEEP = { everyMs: 60_000, batch: 300 } as const;

/** Reads orders that are carried to another party: those whose next step is due, and those that wait. */
export interface DueReader<Due extends DueSubmission> {
  due(step: NextStep, limit: number, after: SweepPosition | null): Promise<readonly Due[]>;
  misdated(limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<readonly Due[]>;
  waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<readonly Due[]>;
}

/** The tokens of what a line's sweeps need. */
interface Needs<Due extends DueSubmission> {
  readonly reader: InjectionToken<DueReader<Due>>;
  readonly plan: InjectionToken<{ readonly longestPlan: LongestPlan }>;
}

/**
 * Ask for the next step of open orders whose time has come; and now and then for that of those that wait, in case a wake
 * was lost. Each has a line of its own: what cannot move does not delay what can.
 * @param what for the log, in the plural
 */
export function dueSweeps<Due extends DueSubmission>(
  what: string,
  { reader, plan }: Needs<Due>,
  jobOf: (due: Due) => Job,
): readonly FactoryProvider[] {
  const sweep = (
    which: string,
    due: (orders: DueReader<Due>, longest: LongestPlan) => SweptSource<Due>['due'],
    options: Partial<SweptSource<Due>> = {},
  ): FactoryProvider => ({
    provide: `sweep of ${which}`,
    inject: [ProcessRole, JobQueues, reader, plan],
    useFactory: (role: ProcessRole, queues: JobQueues, orders: DueReader<Due>, { longestPlan }) =>
      new Sweep(role, queues, { what: which, due: due(orders, longestPlan as LongestPlan), jobOf, ...options }),
  });
  return [
    sweep(`${what} to inquire about`, (orders) => (limit, after) => orders.due('inquire', limit, after), {
      jobOf: (due) => ({ ...jobOf(due), goesFirst: true }),
    }),
    sweep(`${what} to submit`, (orders) => (limit, after) => orders.due('submit', limit, after)),
    sweep(`misdated ${what}`, (orders, longest) => (limit, after) => orders.misdated(limit, after, longest), {
      everyMs: MISDATED_SWEEP_MS,
    }),
    sweep(
      `waiting ${what}`,
      (orders) => (limit, after) => orders.waiting({ for: WAITING_FOR, merchantId: null }, limit, after?.id ?? null),
      WAITING_SWEEP,
    ),
  ];
}
