import type { Slice } from '../../../shared/slice.js';
import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import type { Delivery, DeliveryAttempt, DeliveryStatus, TurnedOff } from './delivery.js';
import type { HookResult } from './hook-sender.js';

/** A due delivery, claimed by this process for as long as an attempt may take. */
export interface ClaimedDelivery {
  readonly merchantId: string;
  readonly id: string;
  readonly endpointId: string;
  /** The merchant that owns the endpoint; null: the operators. */
  readonly ownerId: string | null;
  readonly eventId: string;
  /** The number of this attempt. */
  readonly attempt: number;
  /** The number of tries since it was planned, this one included. */
  readonly tries: number;
  readonly body: string;
  readonly url: string;
  /** Deliveries go one after the other: the next is due when this one has ended. */
  readonly isOrdered: boolean;
  readonly secrets: readonly string[];
  /** When it was claimed, by the database's clock. */
  readonly at: Date;
}

/** How many deliveries each endpoint with a known load may get; any other endpoint may get {@link fullCapacity}. */
export interface EndpointCapacities {
  readonly endpointIds: readonly string[];
  readonly capacities: readonly number[];
  readonly fullCapacity: number;
}

/** Sending due deliveries. The table says which are due, so a process that ends loses only time. */
export abstract class DeliveryWork {
  /** Claims due deliveries, the longest overdue first, for as long as an attempt may take. */
  abstract claim(limit: number, capacities: EndpointCapacities): Promise<ClaimedDelivery[]>;
  /**
   * Stores the result of an attempt. Has no effect if another process has claimed the delivery since.
   * @param retryMs how long until the next try; null: there is none
   */
  abstract record(delivery: ClaimedDelivery, result: HookResult, retryMs: number | null): Promise<void>;
  /**
   * Makes due now what is planned further ahead than is possible, which means that a clock ran ahead.
   * @param longestMs the furthest ahead that is possible, by the number of tries; the last value also holds for more
   * tries
   * @returns how many, `limit` at most
   */
  abstract planMisdated(longestMs: readonly number[], limit: number): Promise<number>;
  /** Whether the endpoint is on, and its receiver has accepted nothing for days. */
  abstract hasFailedForDays(endpointId: string): Promise<boolean>;
  /** Turns off an endpoint of the operators, which belongs to no book. @returns whether it was on */
  abstract turnOff(endpointId: string, why: TurnedOff): Promise<boolean>;
}

export interface DeliveryFilter {
  /** Null: those of all owners. */
  readonly ownerId: string | null;
  readonly endpointId: string | null;
  readonly eventId: string | null;
  /** The object that the events are about. */
  readonly objectId: string | null;
  readonly status: DeliveryStatus | null;
}

/** All deliveries, open and ended. */
export abstract class Deliveries {
  /** @param ownerId null: any owner, for operators */
  abstract find(ownerId: string | null, id: string): Promise<Delivery | null>;
  /** In order, the first attempt first. */
  abstract attempts(delivery: Delivery): Promise<DeliveryAttempt[]>;
  abstract list(filter: DeliveryFilter, slice: Slice): Promise<Delivery[]>;
  /** Makes it due now, with all its retries ahead again. Null: it is gone, or its endpoint is. */
  abstract retry(delivery: Delivery): Promise<Delivery | null>;
  /**
   * Plans the deliveries that have failed since then again, and sends the endpoint the events since then that it has
   * never been sent, because it was inactive. @returns how many had failed
   */
  abstract recover(endpointId: string, since: Date): Promise<number>;
  /** Removes older deliveries; pending ones only if they are also older than `pendingBefore`. @returns how many */
  abstract prune(before: Date, pendingBefore: Date, limit: number): Promise<number>;
}

/** How far an endpoint has come in the events of a merchant. */
export interface EventCursor {
  readonly merchantId: string;
  readonly endpointId: string;
  /** The kind of key that has made the endpoint. */
  readonly reader: ReaderKind;
  /** Null: all types. */
  readonly eventTypes: readonly string[] | null;
  /** The number of the last event that it was given, or that it did not want. */
  readonly sequence: number;
  /** When the cursor was read, by the database's clock. */
  readonly at: Date;
}

/** Where a round over the cursors goes on. */
export type CursorPlace = Pick<EventCursor, 'endpointId' | 'merchantId'>;

/** The delivery of an event that is planned for an endpoint. */
export interface PlannedDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  /** The object that the event is about. */
  readonly objectId: string;
  readonly sequence: number;
  readonly body: string;
}

/** A move of a cursor, with the deliveries of the events that it passes. */
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
   * The cursors that have not reached the last event, in the order of their places.
   * @param after null: from the first
   * @param of the merchants whose events are enough, where asking for all costs more; null: all merchants
   */
  abstract behind(after: CursorPlace | null, limit: number, of?: readonly string[] | null): Promise<EventCursor[]>;
  /** Plans the deliveries of each step and moves its cursor: both, or neither if the cursor has moved meanwhile. */
  abstract advance(steps: readonly PlannedStep[]): Promise<void>;
}
