import type { DueSubmission } from '../../../shared/submissions/due-submission.js';
import type { Job } from '../../../platform/queue/queue.public.js';

/**
 * The job for a payout's next step. Its id contains the payout's id and the number of attempts so far: the relay and
 * the sweep may both add it, and while one of the jobs waits, the queue drops the other.
 */
export function payoutJob({ merchantId, id, attempts }: Pick<DueSubmission, 'merchantId' | 'id' | 'attempts'>): Job {
  return { queue: 'payouts', name: 'process', id: `${id}-${attempts}`, data: { merchantId, payoutId: id } };
}

/** The same job for a payout that a sweep or a wake has found. */
export function duePayoutJob({ origin, ...payout }: DueSubmission): Job {
  return { ...payoutJob(payout), origin };
}
