import type { WaitingOrders, WaitingPlaces, WaitingSubmission } from '../../../shared/submissions/due-submission.js';
import type { Waiting } from '../../../shared/submissions/waiting.js';

/**
 * The next slice of a wake, as a job carries it. All fields are texts: `for` has reasons separated by blanks, and ''
 * means all merchants or the beginning of the line.
 */
export interface Wake {
  readonly for: string;
  readonly merchantId: string;
  /** The wake's name: asking for the same wake twice has one effect. */
  readonly wake: string;
  /** The id of the last order that was woken. */
  readonly after: string;
}

export type WaitingOrder = Pick<WaitingSubmission, 'id' | keyof Waiting>;

/** Finds orders that wait. Each list has the oldest first, and begins after the id of the last order that was read. */
export interface WaitingReader<Order extends WaitingOrder> {
  waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<readonly Order[]>;
  waitingPlaces(): Promise<WaitingPlaces>;
  waitingAt(places: WaitingPlaces, limit: number, after: string | null): Promise<readonly Order[]>;
}

/** One line of waiting orders, such as payouts, or payments with their refunds: how they are found and enqueued. */
export interface WaitingLine<Order extends WaitingOrder = WaitingOrder> {
  readonly name: string;
  readonly waiting: WaitingReader<Order>;
  /** The gateways that may take this order, the first choice first. */
  readonly candidatesFor: (order: Order) => readonly string[];
  /** Enqueues the next steps of these orders and, after them, the next slice. */
  readonly enqueue: (orders: readonly Order[], next: Wake | null) => Promise<void>;
}

/** The job that asks a flow for the next slice of a wake. */
export function wakeJob<Queue extends string>(queue: Queue, slice: Wake) {
  const id = `wake-${slice.wake}-${slice.after === '' ? 'first' : slice.after}`;
  return { queue, name: 'wake', id, data: { ...slice } };
}

/** @param wake the wake's name: asking for the same wake twice has one effect */
export function firstSlice(wanted: WaitingOrders, wake: string): Wake {
  return { for: wanted.for.join(' '), merchantId: wanted.merchantId ?? '', wake, after: '' };
}
