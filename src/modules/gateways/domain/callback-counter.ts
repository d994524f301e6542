import type { CallbackOutcome } from './callback-inbox.js';

/**
 * The outcomes of stored events, and what is counted without being stored: callbacks without a valid signature
 * (`unsigned`), events that were known already (`repeated`), events about orders of another system in the same account
 * (`foreign`), and callbacks that are not about an order, such as a downtime or a balance (`about_no_order`).
 */
export type CountedOutcome = CallbackOutcome | 'unsigned' | 'repeated' | 'foreign' | 'about_no_order';

/** Counts what became of callbacks, in the process that handled them. */
export abstract class CallbackCounter {
  abstract count(outcome: CountedOutcome): void;
}
