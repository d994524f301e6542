import type { CallbackOutcome } from './callback-inbox.js';

/**
 * Beside what becomes of a stored event: callbacks without a right signature, events that were known, those about
 * orders of somebody else in the same account, and callbacks about no order at all (a downtime, a balance).
 */
export type CountedOutcome = CallbackOutcome | 'unsigned' | 'repeated' | 'foreign' | 'about_no_order';

/** Counts what became of callbacks, in the process that found it out. */
export abstract class CallbackCounter {
  abstract count(outcome: CountedOutcome): void;
}
