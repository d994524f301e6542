import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { type KeptEvent, KeptEvents } from '../../../platform/outbox/outbox.public.js';
import { nextId } from '../../../shared/ids.js';
import { type EventCursor, EventCursors, type PlannedDelivery } from '../domain/deliveries.js';
import { eventText } from './event-text.js';

/** Endpoints of one round, and events that one of them is given in it. */
const CURSORS = 100;
const EVENTS = 200;

/** Where nobody has an endpoint, commits cost a look in so many milliseconds, and no more. */
const LOOK_AGAIN_MS = 900;

/**
 * Plans a delivery for each event and each endpoint that wants it. How far an endpoint has come is a number in a row of
 * its own: events of a merchant are numbered in the order of their commits, so that nothing can appear behind it later.
 * A crash at any point leaves both the number and the deliveries, or neither.
 */
@Injectable()
export class FanOutEvents {
  private idleUntil = 0;

  constructor(
    private readonly cursors: EventCursors,
    private readonly events: KeptEvents,
    private readonly clock: ServerClock,
  ) {}

  /** @returns whether deliveries were planned, and whether there may be more to plan */
  async execute(): Promise<{ readonly planned: boolean; readonly more: boolean }> {
    if (!(await this.isNeeded())) return { planned: false, more: false };
    const behind = await this.cursors.behind(CURSORS);
    let planned = false;
    let more = behind.length >= CURSORS;
    for (const cursor of behind) {
      const position = { merchantId: cursor.merchantId, after: cursor.sequence };
      const [events = []] = await this.events.behind([position], EVENTS);
      const last = events.at(-1);
      if (last === undefined) continue;
      const deliveries = await this.planned(cursor, events);
      await this.cursors.advance(cursor, last.sequence, deliveries);
      planned ||= deliveries.length > 0;
      more ||= events.length === EVENTS;
    }
    return { planned, more };
  }

  private async isNeeded(): Promise<boolean> {
    if (performance.now() < this.idleUntil) return false;
    const isNeeded = await this.cursors.areNeeded();
    if (!isNeeded) this.idleUntil = performance.now() + LOOK_AGAIN_MS;
    return isNeeded;
  }

  private async planned({ eventTypes, reader }: EventCursor, events: readonly KeptEvent[]): Promise<PlannedDelivery[]> {
    const wanted = events.filter(({ type }) => eventTypes === null || eventTypes.includes(type));
    if (wanted.length === 0) return [];
    const { clockTime } = await this.clock.now();
    let id: string | null = null;
    return wanted.map((event) => {
      id = nextId(clockTime.getTime(), id);
      const { id: eventId, type: eventType, sequence } = event;
      return { id, eventId, eventType, sequence, body: eventText(event, reader) };
    });
  }
}
