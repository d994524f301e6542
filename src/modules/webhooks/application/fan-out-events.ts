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

/** Endpoints of one round, and events that each of them is given in it: some megabytes at most. */
const CURSORS = 100;
const EVENTS = 50;

/** Where nobody has an endpoint, commits cost a look in so many milliseconds, and no more. */
const LOOK_AGAIN_MS = 900;

/**
 * Plans a delivery for each event and each endpoint that wants it. How far an endpoint has come is a number in a row of
 * its own: events of a merchant are numbered in the order of their commits, so that nothing can appear behind it later.
 * A crash at any point leaves both the number and the deliveries, or neither.
 *
 * A round is three statements, however many endpoints it is for. The next one goes on behind them, so that nobody waits
 * for the end of what others have to catch up.
 */
@Injectable()
export class FanOutEvents {
  private idleUntil = 0;
  /** Where the last round ended, and whose events it looked for; null: all of those had a turn. */
  private turn: { readonly after: CursorPlace; readonly of: Signalled } | null = null;

  constructor(
    private readonly cursors: EventCursors,
    private readonly events: StoredEvents,
  ) {}

  /**
   * @param of whose events a new turn looks for where they lie on several nodes; null: everybody's
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
    // Not before: where the round fails, the next one is for the same cursors.
    this.turn = isLast ? null : { after: behind.at(-1)!, of: turn.of };
    return {
      planned: steps.some(({ deliveries }) => deliveries.length > 0),
      more: !isWhole || found.some(({ length }) => length === EVENTS),
    };
  }

  /** Where nothing can be found of those whose turn it is, the next turn is of others. */
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
