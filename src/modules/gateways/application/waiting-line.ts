import type { WaitingOrders, WaitingPlaces, WaitingSubmission } from '../../../shared/submissions/due-submission.js';
import type { Waiting } from '../../../shared/submissions/waiting.js';

/** The next slice of a wake, in texts, as a job carries it: reasons with blanks between them, '' for what is missing. */
export interface Wake {
  readonly for: string;
  readonly merchantId: string;
  /** Names the wake: asked for twice, it is one. */
  readonly wake: string;
  /** The id of the last order that was woken. */
  readonly after: string;
}

export type WaitingOrder = Pick<WaitingSubmission, 'id' | keyof Waiting>;

/** How orders that wait are found. Each list begins with the oldest, behind the id of the last one that was read. */
export interface WaitingReader<Order extends WaitingOrder> {
  waiting(wanted: WaitingOrders, limit: number, after: string | null): Promise<readonly Order[]>;
  waitingPlaces(): Promise<WaitingPlaces>;
  waitingAt(places: WaitingPlaces, limit: number, after: string | null): Promise<readonly Order[]>;
}

/** Payouts, or payments with their refunds: how those that wait are found, and carried on. */
export interface WaitingLine<Order extends WaitingOrder = WaitingOrder> {
  readonly name: string;
  readonly waiting: WaitingReader<Order>;
  /** The gateways that may take this order, the first choice in front. */
  readonly candidatesFor: (order: Order) => readonly string[];
  /** Asks for the next steps of these orders, and behind them for the next slice. */
  readonly enqueue: (orders: readonly Order[], next: Wake | null) => Promise<void>;
}

/** Asks a flow for the next slice of a wake. */
export function wakeJob<Queue extends string>(queue: Queue, slice: Wake) {
  const id = `wake-${slice.wake}-${slice.after === '' ? 'first' : slice.after}`;
  return { queue, name: 'wake', id, data: { ...slice } };
}

/** @param wake names it: asked for twice, it is one */
export function firstSlice(wanted: WaitingOrders, wake: string): Wake {
  return { for: wanted.for.join(' '), merchantId: wanted.merchantId ?? '', wake, after: '' };
}
