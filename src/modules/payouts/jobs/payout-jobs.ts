import type { DueSubmission } from '../../../shared/submissions/due-submission.js';
import type { Job } from '../../../platform/queue/queue.public.js';

/**
 * The job for a payout's next step. Its id contains the payout's id and the number of attempts so far: the relay and
 * the sweep may both add it, and while one of the jobs waits, the queue drops the other.
 */
export function payoutJob(merchantId: string, payoutId: string, attempts: number): Job {
  return { queue: 'payouts', name: 'process', id: `${payoutId}-${attempts}`, data: { merchantId, payoutId } };
}

/** The same job for a payout that a sweep or a wake has found. */
export function duePayoutJob({ merchantId, id, attempts, origin }: DueSubmission): Job {
  return { ...payoutJob(merchantId, id, attempts), origin };
}
