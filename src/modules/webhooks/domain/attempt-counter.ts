import type { ClaimedDelivery } from './deliveries.js';
import { type HookResult, isDelivered, isOfReceiver } from './hook-sender.js';

/** `refused`: answered with anything but 2xx. `unsent`: not sent, through our own fault. */
export const ATTEMPT_OUTCOMES = ['delivered', 'refused', 'no_answer', 'unsent'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export function outcomeOf(result: HookResult): AttemptOutcome {
  if (isDelivered(result)) return 'delivered';
  if (result.fault === null) return 'refused';
  return isOfReceiver(result) ? 'no_answer' : 'unsent';
}

/**
 * Counts the outcomes of attempts, and how long events waited for their first attempt, in the process that makes it.
 */
export abstract class AttemptCounter {
  abstract begun(delivery: ClaimedDelivery): void;
  abstract ended(outcome: AttemptOutcome): void;
}
