import { Injectable } from '@nestjs/common';
import { type StoredEvent, StoredEvents, type Signalled } from '../../../platform/outbox/outbox.public.js';
import { nextId } from '../../../shared/ids.js';
import {
  type CursorPlace,
  type EventCursor,
  EventCursors,
  type PlannedDelivery,
  type PlannedStep,
} from '../domain/deliveries.js';
import { eventText } from './event-text.js';

/** Cursors in one round, and events that each of them passes in it: some megabytes at most. */
const CURSORS = 100;
const EVENTS = 50;

/** While nobody has an endpoint, commits cause no more than one look-up in this time. */
const LOOK_AGAIN_MS = 900;

/**
 * Plans a delivery for each event and each endpoint that wants it. A cursor holds the number of the last event that an
 * endpoint was given; a merchant's events are numbered in the order of their commits, so no event can appear later with
 * a number that the cursor has passed. A crash at any point leaves both the new number and the deliveries, or neither.
 *
 * A round takes three statements, for any number of endpoints. The next round goes on with the cursors that follow, so
 * that an endpoint with much to catch up on does not keep the others waiting.
 */
@Injectable()
export class FanOutEvents {
  private idleUntil = 0;
  /** Where the last round ended, and whose events it looked for; null: all cursors have had their turn. */
  private turn: { readonly after: CursorPlace; readonly of: Signalled } | null = null;

  constructor(
    private readonly cursors: EventCursors,
    private readonly events: StoredEvents,
  ) {}

  /**
   * @param of the merchants whose events a new turn looks for, where events lie on several nodes; null: all merchants
   * @returns whether deliveries were planned, and whether there may be more to plan
   */
  async execute(of: Signalled = null): Promise<{ readonly planned: boolean; readonly more: boolean }> {
    if (performance.now() < this.idleUntil) return { planned: false, more: false };
    const turn = this.turn ?? { after: null, of };
    const behind = await this.behind(turn);
    const isLast = behind.length < CURSORS;
    const isWhole = isLast && turn.after === null;
    if (behind.length === 0) {
      this.turn = null;
      if (isWhole && !(await this.cursors.areNeeded())) this.idleUntil = performance.now() + LOOK_AGAIN_MS;
      return { planned: false, more: !isWhole };
    }
    const found = await this.events.behind(
      behind.map(({ merchantId, sequence: after }) => ({ merchantId, after })),
      EVENTS,
    );
    const steps = behind.flatMap((cursor, i) => stepOf(cursor, found[i]!));
    if (steps.length > 0) await this.cursors.advance(steps);
    // Set only here: if the round fails, the next one is for the same cursors.
    this.turn = isLast ? null : { after: behind.at(-1)!, of: turn.of };
    return {
      planned: steps.some(({ deliveries }) => deliveries.length > 0),
      more: !isWhole || found.some(({ length }) => length === EVENTS),
    };
  }

  /** If the cursors cannot be read, the turn is given up: the next one may be for other merchants. */
  private async behind({ after, of }: { after: CursorPlace | null; of: Signalled }): Promise<EventCursor[]> {
    try {
      return await this.cursors.behind(after, CURSORS, of);
    } catch (error) {
      this.turn = null;
      throw error;
    }
  }
}

function stepOf(cursor: EventCursor, events: readonly StoredEvent[]): PlannedStep[] {
  const last = events.at(-1);
  return last === undefined ? [] : [{ cursor, sequence: last.sequence, deliveries: planned(cursor, events) }];
}

function planned({ eventTypes, reader, at }: EventCursor, events: readonly StoredEvent[]): PlannedDelivery[] {
  const wanted = events.filter(({ type }) => eventTypes === null || eventTypes.includes(type));
  let id: string | null = null;
  return wanted.map((event) => {
    id = nextId(at.getTime(), id);
    const { id: eventId, type: eventType, objectId, sequence } = event;
    return { id, eventId, eventType, objectId, sequence, body: eventText(event, reader) };
  });
}
