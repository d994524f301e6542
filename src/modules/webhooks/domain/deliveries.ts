import type { Slice } from '../../../shared/slice.js';
import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import type { Delivery, DeliveryAttempt, DeliveryStatus, TurnedOff } from './delivery.js';
import type { HookResult } from './hook-sender.js';

/** A delivery whose turn it is, claimed for this process for as long as an attempt may take. */
export interface ClaimedDelivery {
  readonly merchantId: string;
  readonly id: string;
  readonly endpointId: string;
  /** Whose endpoint it is; null: the operators'. */
  readonly ownerId: string | null;
  readonly eventId: string;
  /** The number of this attempt. */
  readonly attempt: number;
  /** How often it was tried since it was planned, this time included. */
  readonly tries: number;
  readonly body: string;
  readonly url: string;
  /** One after the other: when this one has ended, the next is due. */
  readonly isOrdered: boolean;
  readonly secrets: readonly string[];
  /** When it was claimed, by the database's clock. */
  readonly at: Date;
}

/** How much an endpoint of which something is known gets; any other gets {@link fullRoom}. */
export interface Rooms {
  readonly endpointIds: readonly string[];
  readonly rooms: readonly number[];
  readonly fullRoom: number;
}

/** Sending what is due. The table says what that is; a process that ends loses nothing but time. */
export abstract class DeliveryWork {
  /** Takes what is due, the longest overdue first, for as long as an attempt may take. */
  abstract claim(limit: number, rooms: Rooms): Promise<ClaimedDelivery[]>;
  /**
   * Keeps what became of an attempt. Has no effect when another process has claimed the delivery since.
   * @param retryMs after how long it is tried again; null: no more
   */
  abstract record(delivery: ClaimedDelivery, result: HookResult, retryMs: number | null): Promise<void>;
  /**
   * Plans now what is planned further ahead than anything is: a clock ran ahead then.
   * @param longestMs how far that is, by the number of tries; of more tries the last one @returns how many, `limit` at most
   */
  abstract planMisdated(longestMs: readonly number[], limit: number): Promise<number>;
  /** Whether the endpoint is on, and has taken nothing for days. */
  abstract hasFailedForDays(endpointId: string): Promise<boolean>;
  /** Turns off an endpoint of the operators', which stands in no book. @returns whether it was on */
  abstract turnOff(endpointId: string, why: TurnedOff): Promise<boolean>;
}

export interface DeliveryFilter {
  /** Null: everybody's. */
  readonly ownerId: string | null;
  readonly endpointId: string | null;
  readonly eventId: string | null;
  /** What the events are about. */
  readonly objectId: string | null;
  readonly status: DeliveryStatus | null;
}

/** What is, and was, on its way. */
export abstract class Deliveries {
  /** @param ownerId null: whoever's it is, for operators */
  abstract find(ownerId: string | null, id: string): Promise<Delivery | null>;
  /** The first attempt first. */
  abstract attempts(delivery: Delivery): Promise<DeliveryAttempt[]>;
  abstract list(filter: DeliveryFilter, slice: Slice): Promise<Delivery[]>;
  /** Plans it anew, now. Null: it is gone, or its endpoint is. */
  abstract retry(delivery: Delivery): Promise<Delivery | null>;
  /**
   * Plans anew what has failed since, and has the endpoint receive what has happened since and was never on its way: it
   * was inactive then. @returns how many had failed
   */
  abstract recover(endpointId: string, since: Date): Promise<number>;
  /** Removes what is older, and of what is still on its way only what is older than `pendingBefore`. @returns how many */
  abstract prune(before: Date, pendingBefore: Date, limit: number): Promise<number>;
}

/** How far an endpoint has been given the events of a merchant. */
export interface EventCursor {
  readonly merchantId: string;
  readonly endpointId: string;
  /** Whose kind of key has made the endpoint. */
  readonly reader: ReaderKind;
  /** Null: all types. */
  readonly eventTypes: readonly string[] | null;
  /** Of the last event that it was given, or that it did not want. */
  readonly sequence: number;
  /** When it was found, by the database's clock. */
  readonly at: Date;
}

/** Where a round over the cursors goes on. */
export type CursorPlace = Pick<EventCursor, 'endpointId' | 'merchantId'>;

/** What an endpoint is to be sent of an event. */
export interface PlannedDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  /** What the event is about. */
  readonly objectId: string;
  readonly sequence: number;
  readonly body: string;
}

/** A step of a cursor. */
export interface PlannedStep {
  readonly cursor: EventCursor;
  /** Where it moves to. */
  readonly sequence: number;
  readonly deliveries: readonly PlannedDelivery[];
}

/** From stored events to deliveries. */
export abstract class EventCursors {
  /** Whether there is any active endpoint. */
  abstract areNeeded(): Promise<boolean>;
  /**
   * Those behind which there are events, in the order of their places.
   * @param after null: from the first
   * @param of whose events are enough, where to ask for everybody's costs more; null: everybody's
   */
  abstract behind(after: CursorPlace | null, limit: number, of?: readonly string[] | null): Promise<EventCursor[]>;
  /** Plans the deliveries of each step and moves its cursor, both or neither; neither when that has moved meanwhile. */
  abstract advance(steps: readonly PlannedStep[]): Promise<void>;
}
