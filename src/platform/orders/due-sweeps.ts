import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { DueSubmission, SweepPosition, WaitingOrders } from '../../shared/submissions/due-submission.js';
import type { LongestPlan, NextStep } from '../../shared/submissions/submission.js';
import { WAITING_FOR } from '../../shared/submissions/waiting.js';
import { ProcessRole } from '../config/process-role.js';
import { type Job, JobQueues } from '../queue/job-queues.js';
import { Sweep, type SweptSource } from '../queue/sweep.js';

/** There are misdated orders only after a clock was set back. */
const MISDATED_SWEEP_MS = 5_000;

/**
 * Orders that wait are woken when the reason ends. This is for lost wakes: it runs rarely, and takes a few at a time.
 */
const WAITING_SWEEP = { everyMs: 60_000, batch: 300 } as const;

/** Reads orders that are carried to another party: those whose next step is due, and those that wait. */
export interface DueReader<Due extends DueSubmission> {
  due(step: NextStep, limit: number, after: SweepPosition | null): Promise<readonly Due[]>;
  misdated(limit: number, after: SweepPosition | null, longest: LongestPlan): Promise<readonly Due[]>;
  waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<readonly Due[]>;
}

/** The injection tokens that the sweeps need. */
interface Needs<Due extends DueSubmission> {
  readonly reader: InjectionToken<DueReader<Due>>;
  readonly plan: InjectionToken<{ readonly longestPlan: LongestPlan }>;
}

/**
 * Sweeps that add jobs for the next step of open orders that are due; and now and then for orders that wait, in case a
 * wake was lost. They are separate, so that orders that cannot move do not delay those that can.
 * @param what the orders in the plural, for the log
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
