import type { DueSubmission } from '../../../shared/submissions/due-submission.js';
import type { Job } from '../../../platform/queue/queue.public.js';

/**
 * Asks for a payout's next step. The id names the payout and its attempts so far: the relay and the sweep may both ask,
 * and while one job waits the other is left out.
 */
export function payoutJob(merchantId: string, payoutId: string, attempts: number): Job {
  return { queue: 'payouts', name: 'process', id: `${payoutId}-${attempts}`, data: { merchantId, payoutId } };
}

/** The same for what a sweep or a wake has found. */
export function duePayoutJob({ merchantId, id, attempts, origin }: DueSubmission): Job {
  return { ...payoutJob(merchantId, id, attempts), origin };
}
